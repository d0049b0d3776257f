import type { RejectReason } from './reasons.ts'

const twoTo32 = 2 ** 32
const zeroWidthItemsMax = 65_536
const depthMax = 64

/**
 * Reads Avro's binary encoding, and never past the end. The first fault sticks and moves the cursor to
 * the end: whatever is read after it fails too, so that loops end and no exception is needed.
 */
export class Cursor {
  bytes: Buffer = Buffer.alloc(0)
  position = 0
  end = 0
  fault: RejectReason | undefined = undefined
  /** The lower and upper 32 bits, both signed, of the last `readLong`. */
  low = 0
  high = 0
  /** Where the block just opened must end; -1 where the writer did not say. */
  blockEnd = -1
  private depth = 0
  private zeroWidthItemsLeft = zeroWidthItemsMax

  open(bytes: Buffer, offset: number): void {
    this.bytes = bytes
    this.position = offset
    this.end = bytes.length
    this.fault = undefined
    this.depth = 0
    this.zeroWidthItemsLeft = zeroWidthItemsMax
    if (offset > bytes.length) this.fail('truncated')
  }

  fail(reason: RejectReason): 0 {
    this.fault ??= reason
    this.position = this.end
    return 0
  }

  /** Passes `length` bytes. */
  skip(length: number): void {
    if (length > this.end - this.position) this.fail('truncated')
    else this.position += length
  }

  /** Reads a zig-zag variable-length integer of up to 64 bits into `low` and `high`. */
  readLong(): void {
    const first = this.position < this.end ? (this.bytes[this.position] as number) : 0x80
    if (first < 0x80) {
      this.position++
      this.low = (first >>> 1) ^ -(first & 1)
      this.high = this.low >> 31
    } else this.readLongSlowly()
  }

  private readLongSlowly(): void {
    this.low = 0
    this.high = 0
    let byte = 0x80
    let shift = 0
    for (; byte >= 0x80 && shift < 70; shift += 7) {
      byte = this.position < this.end ? (this.bytes[this.position++] as number) : -1
      this.addBits(byte & 0x7f, shift)
    }
    if (byte < 0) this.low = this.high = this.fail('truncated')
    if (byte > (shift === 70 ? 1 : 0x7f)) this.low = this.high = this.fail('varint-too-long')
    const sign = -(this.low & 1)
    this.low = ((this.low >>> 1) | (this.high << 31)) ^ sign
    this.high = (this.high >>> 1) ^ sign
  }

  private addBits(bits: number, shift: number): void {
    if (shift < 32) this.low |= bits << shift
    if (shift === 28) this.high = bits >> 4
    else if (shift > 28) this.high |= bits << (shift - 32)
  }

  /** The value of the last `readLong`; exact up to 2^53. */
  get long(): number {
    return this.high * twoTo32 + (this.low >>> 0)
  }

  /** Reads a length in bytes, checked against what is left; 0 after a fault. */
  readLength(): number {
    this.readLong()
    if (this.high < 0) return this.fail('negative-length')
    const length = this.high === 0 ? this.low >>> 0 : this.long
    return length > this.end - this.position ? this.fail('truncated') : length
  }

  /** Reads the index of an enum's symbol or a union's branch. */
  readIndex(count: number, reason: RejectReason): number {
    this.readLong()
    const fits = this.high === 0 && this.low >= 0 && this.low < count
    return fits ? this.low : this.fail(reason)
  }

  /** Opens the next block of an array or a map and reads its number of items; 0 is the end. */
  readBlock(): number {
    this.readLong()
    const count = this.long
    if (count >= 0) {
      this.blockEnd = -1
      return count
    }
    const size = this.readLength()
    this.blockEnd = this.position + size
    return this.fault === undefined ? -count : 0
  }

  /** Whether `count` items of at least `sizeMin` bytes can still come; else the fault is set. */
  allows(count: number, sizeMin: number): boolean {
    if (sizeMin > 0) {
      if (count * sizeMin <= this.end - this.position) return true
      this.fail('truncated')
      return false
    }
    this.zeroWidthItemsLeft -= count
    if (this.zeroWidthItemsLeft >= 0) return true
    this.fail('too-many-items')
    return false
  }

  /** Enters a record; records that hold themselves could otherwise exhaust the stack. */
  enter(): boolean {
    if (++this.depth <= depthMax) return true
    this.fail('nested-too-deep')
    return false
  }

  leave(): void {
    this.depth--
  }
}
