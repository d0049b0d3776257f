const capacityDefaultBytes = 64 * 1024
const shortBytes = 32

/** A growing buffer that rows in ClickHouse's RowBinary format are appended to. */
export class RowWriter {
  buffer: Buffer
  /** Where the next byte goes; everything before it is written. */
  position = 0

  constructor(capacityBytes = capacityDefaultBytes) {
    this.buffer = Buffer.allocUnsafe(Math.max(1, capacityBytes))
  }

  /** What was written, a view that is valid until the next write or reset. */
  written(): Buffer {
    return this.buffer.subarray(0, this.position)
  }

  /** Forgets what was written and keeps the memory. */
  reset(): void {
    this.position = 0
  }

  /** Makes room for `length` more bytes. */
  reserve(length: number): void {
    if (this.position + length > this.buffer.length) this.grow(this.position + length)
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.buffer.length))
    this.buffer.copy(larger, 0, 0, this.position)
    this.buffer = larger
  }

  byte(value: number): void {
    this.reserve(1)
    this.buffer[this.position++] = value
  }

  /** Writes an unsigned LEB128 integer below 2^32: the length of a string, array or map. */
  varuint(value: number): void {
    this.reserve(5)
    let rest = value
    while (rest >= 0x80) {
      this.buffer[this.position++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.buffer[this.position++] = rest
  }

  /** Writes the `size` lowest bytes of a 64-bit integer, little-endian. */
  integer(low: number, high: number, size: number): void {
    this.reserve(8)
    const { buffer, position } = this
    buffer[position] = low
    buffer[position + 1] = low >> 8
    buffer[position + 2] = low >> 16
    buffer[position + 3] = low >> 24
    buffer[position + 4] = high
    buffer[position + 5] = high >> 8
    buffer[position + 6] = high >> 16
    buffer[position + 7] = high >> 24
    this.position += size
  }

  double(value: number): void {
    this.reserve(8)
    this.position = this.buffer.writeDoubleLE(value, this.position)
  }

  float(value: number): void {
    this.reserve(4)
    this.position = this.buffer.writeFloatLE(value, this.position)
  }

  /** Writes bytes as they are. */
  raw(source: Uint8Array): void {
    this.reserve(source.length)
    this.buffer.set(source, this.position)
    this.position += source.length
  }

  /** Copies a range of bytes; returns the bits that any of them had, or 0 for long ranges. */
  copy(source: Buffer, start: number, end: number): number {
    const length = end - start
    if (length > shortBytes) {
      this.raw(source.subarray(start, end))
      return 0
    }
    this.reserve(length)
    const { buffer, position } = this
    let bits = 0
    for (let index = 0; index < length; index++) {
      const byte = source[start + index] as number
      bits |= byte
      buffer[position + index] = byte
    }
    this.position = position + length
    return bits
  }

  /** Writes a string: its length in bytes and its UTF-8. */
  string(text: string): void {
    const length = Buffer.byteLength(text)
    this.varuint(length)
    this.reserve(length)
    this.buffer.write(text, this.position)
    this.position += length
  }

  /** Corrects a length written at `lengthAt` whose items begin at `itemsAt`. */
  recount(lengthAt: number, itemsAt: number, count: number): void {
    const items = Buffer.from(this.buffer.subarray(itemsAt, this.position))
    this.position = lengthAt
    this.varuint(count)
    this.raw(items)
  }
}
