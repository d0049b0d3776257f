export { answerWith, choiceCharactersMax, choiceOf } from './choice.ts'
export { type Completion, chatChunks, chatResponse, eventStreamOf } from './completion.ts'
export { type DatasetLine, readDatasetLines } from './dataset-line.ts'
export { contentHashOf, normalised, requestHashOf } from './hashes.ts'
export { inputCharactersMax, inputTextOf } from './input-text.ts'
export { canonicalJson, pathPart, readJson } from './json.ts'
export { type ChatMessage, type ContentPart, type ToolCall, textOf } from './message.ts'
export { computeCostUsd, costUsd, type Price, type Prices, priceOf, readPrices } from './prices.ts'
export { type ChatRequest, type ChatTool, parseChatRequest } from './request.ts'
export {
  assistantMessageOf,
  type ChatResponse,
  isEmptyAnswer,
  parseAssistantMessage,
  parseChatResponse,
  type Usage,
} from './response.ts'
export { answerTokens, countTokens, requestTokens } from './tokens.ts'
export { workloadOf } from './workload.ts'
