import { defineConfig } from 'vitest/config'

/** `unit` needs nothing but Node; `stack` starts the native stack once and shares it. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{services,schemas,infra,test,bench,examples}/**/*.test.ts'],
          exclude: ['**/*.int.test.ts', '**/*.e2e.test.ts', '**/node_modules/**'],
        },
      },
      {
        test: {
          name: 'stack',
          include: ['{services,infra,test,examples}/**/*.{int,e2e}.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          globalSetup: ['infra/native/vitest-setup.ts'],
        },
      },
    ],
  },
})
