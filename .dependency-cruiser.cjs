/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'services-are-islands',
      severity: 'error',
      comment: 'Services meet in topics, never in imports.',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/($1|kit)/' },
    },
    {
      name: 'kit-has-one-door',
      severity: 'error',
      comment: 'Import #kit or #kit/testing; the rest is private.',
      from: { path: '^(services/(?!kit/)|schemas/|examples/)' },
      to: { path: '^services/kit/', pathNot: '^services/kit/(index|testing/index)[.]ts$' },
    },
    {
      name: 'kit-knows-no-service',
      severity: 'error',
      comment: 'What only one service needs belongs to that service.',
      from: { path: '^services/kit/' },
      to: { path: '^services/(?!kit/)' },
    },
    {
      name: 'schemas-know-nothing',
      severity: 'error',
      comment: 'Schemas are the one thing that everybody may import.',
      from: { path: '^schemas/' },
      to: { path: '^(services|infra|examples|test)/', pathNot: '[.]test[.]ts$' },
    },
    {
      name: 'infra-knows-no-service',
      severity: 'error',
      comment: 'The stack stands without us; it may know our schemas.',
      from: { path: '^infra/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(services|examples|test)/' },
    },
    {
      name: 'vendors-behind-adapters',
      severity: 'error',
      comment: 'One folder a vendor, so that a vendor can be changed there.',
      from: {
        path: '^(services|schemas|examples)/',
        pathNot: '(^services/kit/adapters/|^examples/producers/|[.]test[.]ts$)',
      },
      to: {
        path: 'node_modules/(kafkajs|avsc|@kafkajs|@clickhouse|undici|pino|fastify|prom-client|protobufjs|@aws-sdk)/',
      },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'Only main.ts and world/ touch the outside.',
      from: {
        path: '^services/(?!kit/)[^/]+/',
        pathNot: '(/main[.]ts$|/world/|[.]test[.]ts$)',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'world-is-wired-in-main',
      severity: 'error',
      comment: 'Others may know its type, not its code.',
      from: {
        path: '^services/(?!kit/)[^/]+/',
        pathNot: '(/main[.]ts$|/world/|[.]test[.]ts$)',
      },
      to: { path: '^services/[^/]+/world/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'main-is-an-end',
      severity: 'error',
      comment: 'Nothing imports a main.ts: it starts things.',
      from: {},
      to: { path: '^(services/.+|infra/native/[^/]+)/main[.]ts$' },
    },
    {
      name: 'tests-are-ends',
      severity: 'error',
      comment: 'Production code never needs a test.',
      from: {
        pathNot: '([.]test[.]ts$|^services/kit/testing/|^test/|^infra/native/vitest-setup[.]ts$)',
      },
      to: { path: '([.]test[.]ts$|^services/kit/testing/|^test/)' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Data flows one way.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'A file that nobody imports and that starts nothing is dead.',
      from: {
        orphan: true,
        pathNot:
          '([.]d[.]ts$|(main|stack|vitest-setup|generate|release|vitest[.]config)[.]ts$|[.]test[.]ts$|^bench/)',
      },
      to: {},
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
}
