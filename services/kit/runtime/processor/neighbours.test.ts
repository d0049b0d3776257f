import { describe, expect, test } from 'vitest'
import { Transient } from '../../errors.ts'
import { honest, type ProbeWorld, reasonOf, startProbe } from '../../testing/probe.ts'
import { httpAnswer, jumpingClock } from '../../testing/surroundings.ts'

describe("a processor's neighbours", () => {
  test('waits for a dead neighbour, longer each time, and is not ready meanwhile', async () => {
    const clock = jumpingClock()
    let failures = 8
    const ready: boolean[] = []
    const world = {
      look: async (ids: readonly string[]) => {
        ready.push(running.ready())
        if (failures-- > 0) throw new Transient('down')
        return ids
      },
    }
    const { hand, running, scrape } = await startProbe(world, { clock })
    expect(await hand('a')).toHaveLength(1)
    expect(clock.waitsMs).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
    expect(ready.indexOf(false)).toBe(6)
    expect(running.ready()).toBe(true)
    const body = await scrape()
    expect(body).toContain('flywheel_retries_total{service="curator",processor="probe"} 8')
    expect(body).toContain('flywheel_paused{service="curator",processor="probe"} 0')
  })

  test('waits for the registry, and gives the batch back when it is told to stop', async () => {
    const stop = new AbortController()
    const { broker, record, surroundings, running } = await startProbe()
    surroundings.codec.fail(new Transient('registry down'))
    const handed = broker.hand([record('a')], stop.signal)
    setTimeout(() => stop.abort(), 5)
    await expect(handed).rejects.toBeInstanceOf(Transient)
    await running.stop()
    await running.done
  })

  test('gives up waiting at once when the service stops', async () => {
    const service = new AbortController()
    const world: ProbeWorld = {
      look: async () => {
        service.abort()
        throw new Transient('down')
      },
    }
    const { hand } = await startProbe(world, { signal: service.signal })
    await expect(hand('a')).rejects.toBeInstanceOf(Transient)
  })

  test('carries each delivery out once before it returns, and again after a failure', async () => {
    let answers = 0
    const answer = () => httpAnswer(answers++ === 0 ? 503 : 204)
    const { hand, surroundings } = await startProbe(honest, { answer })
    expect(await hand('notice')).toHaveLength(1)
    expect(surroundings.asked).toHaveLength(2)
    expect(surroundings.asked[0]?.options.headers).toMatchObject({ 'idempotency-key': 'n' })
  })

  test('goes on when a webhook says no', async () => {
    const { hand, scrape } = await startProbe(honest, { answer: () => httpAnswer(400) })
    expect((await hand('notice')).map(({ topic }) => topic)).toEqual(['reviews'])
    expect(await scrape()).toContain('kind="notify",result="refused"} 1')
  })

  test('sends a record whose object conflicts to dead letters, without its messages', async () => {
    const { hand, surroundings } = await startProbe()
    expect((await hand('object')).map(({ topic }) => topic)).toEqual(['reviews'])
    expect((await hand('other')).map(reasonOf)).toEqual(['bug: ObjectConflict'])
    expect((await surroundings.objects().get('a/b')).toString()).toBe('object')
  })
})
