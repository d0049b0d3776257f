export { type Boilerplate, boilerplate } from './boilerplate.ts'
export { type NearScope, nearIndex } from './near-index.ts'
export { hash32, shingleCharacters, shingler } from './shingles.ts'
export { bytesOf, likenessOf, type Sketch, sketcher } from './sketch.ts'
