import { readdirSync, readFileSync } from 'node:fs'

/** A process's CPU time, user and system, as its kernel counts it. */
interface ProcessTimes {
  readonly parent: number
  readonly ticks: number
}

/** Linux tells CPU time in hundredths of a second (`getconf CLK_TCK`, 100 on every platform that Node runs on). */
const usPerTick = 10_000

/** Reads `/proc/<pid>/stat` (proc(5)): the name in parentheses may hold anything; utime and stime are fields 14 and 15. */
export const readStat = (stat: string): ProcessTimes => {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }
}

/** Sums a process and everything below it. */
export const ticksOfTree = (root: number, processes: ReadonlyMap<number, ProcessTimes>): number => {
  const belongs = (pid: number): boolean => {
    for (let at = pid; at > 1; at = processes.get(at)?.parent ?? 0) if (at === root) return true
    return false
  }
  return [...processes]
    .filter(([pid]) => belongs(pid))
    .reduce((sum, [, { ticks }]) => sum + ticks, 0)
}

const readProcesses = (): ReadonlyMap<number, ProcessTimes> => {
  const processes = new Map<number, ProcessTimes>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      processes.set(Number(name), readStat(readFileSync(`/proc/${name}/stat`, 'utf8')))
    } catch {
      // It ended while we looked.
    }
  }
  return processes
}

/**
 * CPU time in µs that each process tree has used so far.
 * @throws Error where there is no /proc: only Linux tells it so
 */
export const cpuUsOf = <Name extends string>(
  roots: Readonly<Record<Name, number | undefined>>,
): Record<Name, number> => {
  if (process.platform !== 'linux')
    throw new Error('CPU time a process is read from /proc: Linux only')
  const processes = readProcesses()
  const used = Object.entries<number | undefined>(roots).map(([name, pid]) => [
    name,
    pid === undefined ? 0 : ticksOfTree(pid, processes) * usPerTick,
  ])
  return Object.fromEntries(used) as Record<Name, number>
}
