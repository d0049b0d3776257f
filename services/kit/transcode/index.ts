export { compilePlan } from './plan.ts'
export { RowWriter } from './row-writer.ts'
