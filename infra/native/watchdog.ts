import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'

/**
 * Reads `+ pid` and `- pid`. When its input ends, we are gone, however we went: it ends every process group that is left,
 * politely first, for good after 3 s.
 */
const script = `
groups=' '
while read -r word pid; do
  case $word in
    +) groups="$groups$pid " ;;
    -) groups="\${groups%%" $pid "*} \${groups#*" $pid "}" ;;
  esac
done
for pid in $groups; do kill -TERM -"$pid" 2> /dev/null; done
tries=0
while [ $tries -lt 30 ]; do
  left=''
  for pid in $groups; do kill -0 -"$pid" 2> /dev/null && left=yes; done
  [ -z "$left" ] && exit 0
  sleep 0.1
  tries=$((tries + 1))
done
for pid in $groups; do kill -KILL -"$pid" 2> /dev/null; done
exit 0
`

const guarded = new Set<number>()
let dog: ChildProcess | undefined

const tell = (word: '+' | '-', pid: number): void => {
  dog?.stdin?.write(`${word} ${pid}\n`)
}

const wake = (): void => {
  const woken = spawn('sh', ['-c', script], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  dog = woken
  woken.stdin.on('error', () => {})
  woken.once('error', () => {})
  woken.once('exit', () => {
    if (dog !== woken) return
    dog = undefined
    if (guarded.size > 0) wake()
  })
  woken.unref()
  ;(woken.stdin as Socket).unref()
  for (const pid of guarded) tell('+', pid)
}

/**
 * Has a process group ended when this process dies, even by SIGKILL. A child in Node could watch its own input, a JVM can't;
 * so one small shell watches for all. Returns the release, to be called when the group is gone.
 */
export const guard = (pid: number): (() => void) => {
  if (dog === undefined) wake()
  guarded.add(pid)
  tell('+', pid)
  return () => {
    if (guarded.delete(pid)) tell('-', pid)
  }
}
