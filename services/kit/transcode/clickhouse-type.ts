import { PlanError } from './reasons.ts'

/** A parsed ClickHouse type. `LowCardinality` is left out: RowBinary does not show it. */
export type ClickHouseType =
  | { readonly name: 'String' | 'Bool' | 'Float32' | 'Float64' }
  | {
      readonly name: 'Integer'
      readonly sizeBytes: number
      readonly min: number
      readonly max: number
    }
  | { readonly name: 'FixedString'; readonly sizeBytes: number }
  | { readonly name: 'DateTime64'; readonly precision: number }
  | { readonly name: 'Nullable' | 'Array'; readonly inner: ClickHouseType }
  | { readonly name: 'Map'; readonly key: ClickHouseType; readonly value: ClickHouseType }
  | { readonly name: 'Tuple'; readonly elements: readonly ClickHouseType[] }

const token = /\s*(?:([A-Za-z_][A-Za-z0-9_]*|`[^`]*`)|(\d+)|('[^']*')|([(),]))/y

const integer = (word: string): ClickHouseType | undefined => {
  const match = /^(U?)Int(8|16|32|64)$/.exec(word)
  if (match === null) return undefined
  const bits = Number(match[2])
  const signed = match[1] === ''
  return {
    name: 'Integer',
    sizeBytes: bits / 8,
    min: signed ? -(2 ** (bits - 1)) : 0,
    max: 2 ** (signed ? bits - 1 : bits) - 1,
  }
}

class Parser {
  private readonly text: string
  private readonly tokens: string[] = []
  private at = 0

  constructor(text: string) {
    this.text = text
    token.lastIndex = 0
    for (let match = token.exec(text); match !== null; match = token.exec(text)) {
      this.tokens.push(match[0].trim())
      if (token.lastIndex === text.trimEnd().length) return
    }
    throw this.unsupported()
  }

  whole(): ClickHouseType {
    const type = this.type()
    if (this.at !== this.tokens.length) throw this.unsupported()
    return type
  }

  private type(): ClickHouseType {
    const word = this.next()
    if (word === 'String' || word === 'Bool' || word === 'Float32' || word === 'Float64') {
      return { name: word }
    }
    const whole = integer(word)
    if (whole !== undefined) return whole
    this.expect('(')
    const type = this.parametric(word)
    this.expect(')')
    return type
  }

  private parametric(word: string): ClickHouseType {
    if (word === 'LowCardinality') return this.type()
    if (word === 'Nullable' || word === 'Array') return { name: word, inner: this.type() }
    if (word === 'FixedString') return { name: word, sizeBytes: Number(this.next()) }
    if (word === 'Tuple') return { name: word, elements: this.elements() }
    if (word === 'DateTime64') {
      const precision = Number(this.next())
      if (this.tokens[this.at] === ',') this.at += 2
      return { name: word, precision }
    }
    if (word !== 'Map') throw this.unsupported()
    const key = this.type()
    this.expect(',')
    return { name: word, key, value: this.type() }
  }

  private elements(): ClickHouseType[] {
    const elements: ClickHouseType[] = []
    for (;;) {
      const following = this.tokens[this.at + 1]
      if (following !== ',' && following !== '(' && following !== ')') this.at++
      elements.push(this.type())
      if (this.tokens[this.at] !== ',') return elements
      this.at++
    }
  }

  private next(): string {
    const word = this.tokens[this.at++]
    if (word === undefined) throw this.unsupported()
    return word
  }

  private expect(word: string): void {
    if (this.next() !== word) throw this.unsupported()
  }

  private unsupported(): PlanError {
    return new PlanError(`ClickHouse type not supported: ${this.text}`)
  }
}

/**
 * Parses the name of a ClickHouse type: String, FixedString, Bool, (U)Int8 to 64, Float32 and 64,
 * DateTime64, and Nullable, LowCardinality, Array, Map and Tuple of these.
 *
 * @throws PlanError for any other
 */
export const parseClickHouseType = (text: string): ClickHouseType => new Parser(text).whole()
