/** Examples that no student can learn from, settings that no student can have, or an artifact that is none. */
export class StudentFault extends Error {
  override readonly name = 'StudentFault'
}
