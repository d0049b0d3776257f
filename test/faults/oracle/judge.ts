import type { Ground } from '../ground/open-ground.ts'
import type { Book } from '../traffic.ts'
import { judgeCurated, judgeLetters, judgeObservations } from './downstream.ts'
import { type Ends, endsOf, lagOf, positionsBetween } from './offsets.ts'
import { judgeRepeats, judgeSums, judgeTable, judgeWhole, lettersOf, rowsOf } from './rows.ts'
import { absent, countBy, together, type Wrong } from './sets.ts'

/** What is wrong in words, and how much was judged. */
export interface Verdict extends Wrong {
  /** Records of the door topics since the schedule's start. */
  readonly records: number
  readonly repeats: number
  readonly deadLetters: number
  /** Copies of one rejected record in the sink's dead letters: a kill before the commit writes it again. */
  readonly deadLettersAgain: number
}

/** Where a schedule began. */
export interface Start {
  readonly logs: Ends
  readonly feedback: Ends
}

/** Takes the door topics' ends before a schedule. */
export const startOf = async (ground: Ground): Promise<Start> => ({
  logs: await endsOf(ground, 'inference-logs'),
  feedback: await endsOf(ground, 'feedback'),
})

const judgeLags = async (ground: Ground, start: Start, ends: Start): Promise<readonly string[]> => {
  const lags = [
    ['log-sink.store', 'inference-logs', start.logs, ends.logs],
    ['curator.curate', 'inference-logs', start.logs, ends.logs],
    ['drift-detector.observe', 'inference-logs', start.logs, ends.logs],
    ['log-sink.store', 'feedback', start.feedback, ends.feedback],
  ] as const
  const found = await Promise.all(
    lags.map(async ([group, topic, from, to]) => {
      const lag = await lagOf(ground, group, topic, from, to)
      return lag === 0 ? [] : [`${group} is ${lag} behind on ${topic}`]
    }),
  )
  return found.flat()
}

/** Compares everything that was acknowledged and everything that Kafka holds with tables and downstream topics. */
export const judge = async (ground: Ground, book: Book, start: Start): Promise<Verdict> => {
  const ends = await startOf(ground)
  const positions = new Set(positionsBetween(start.logs, ends.logs))
  const said = new Set(positionsBetween(start.feedback, ends.feedback))
  const rows = await rowsOf(ground, 'inference_logs', 'toUInt8(is_repeat)', start.logs)
  const notes = await rowsOf(ground, 'feedback', '0', start.feedback)
  const letters = await ground.witness.all('log-sink.dead-letters')
  const own = lettersOf(letters, 'inference-logs', positions)
  const ids = countBy(rows, ({ id }) => id)
  const told = countBy(notes, ({ id }) => id)
  const acknowledged = {
    missing: [
      ...absent(book.acknowledged, ids, 'inference_logs has no acknowledged'),
      ...absent(book.acknowledgedFeedback, told, 'feedback has no acknowledged'),
      ...(await judgeLetters(ground)),
      ...(await judgeLags(ground, start, ends)),
    ],
    doubled: [...judgeRepeats(rows), ...(await judgeWhole(ground))],
  }
  return {
    ...together([
      acknowledged,
      judgeTable(rows, own, positions, 'inference_logs'),
      judgeTable(notes, new Map(), said, 'feedback'),
      await judgeCurated(ground, rows, positions),
      await judgeObservations(ground, rows, positions),
      await judgeSums(ground),
    ]),
    records: positions.size + said.size,
    repeats: rows.filter(({ repeat }) => repeat === 1).length,
    deadLetters: own.size,
    deadLettersAgain: [...own.values()].reduce((sum, count) => sum + count - 1, 0),
  }
}
