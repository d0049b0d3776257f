import { join } from 'node:path'
import { openSpill } from '../../spill/open-spill.ts'
import type { Surroundings } from '../wired.ts'
import type { MakeSpill } from './queue-options.ts'

/** The spill of a proxy's queue, in the folder that the settings name; none where they name none or there are no files. */
export const openQueueSpill =
  ({ files, settings, clock, service, log }: Surroundings, name: string): MakeSpill =>
  (lost) =>
    files === undefined || settings.proxySpillDir === ''
      ? undefined
      : openSpill({
          files,
          clock,
          lost,
          folder: join(settings.proxySpillDir, `${service}.${name}`),
          bytesMax: settings.proxySpillBytesMax,
          ageMaxMs: settings.proxySpillAgeMaxMs,
          complain: (error) => log.error({ err: error }, 'the spill folder is out of order'),
        })
