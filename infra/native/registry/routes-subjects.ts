import type { FastifyInstance } from 'fastify'
import { type Call, RawText, schemaOf, serve, versionAnswer } from './call.ts'
import { type Core, versionNumber } from './core.ts'
import { deleteSubject, deleteVersion, referencedBy } from './deletion.ts'
import { faultsWithSubject, faultsWithVersion, lookUp, register } from './registration.ts'
import { refuse } from './registry-error.ts'

const visible = (call: Call) => {
  const [deleted, deletedOnly] = [call.flag('deleted'), call.flag('deletedOnly')]
  return (version: { readonly deleted: boolean }): boolean =>
    deletedOnly ? version.deleted : deleted || !version.deleted
}

const listSubjects = (core: Core, call: Call): readonly string[] => {
  const prefix = call.text('subjectPrefix').replace(/^:\*:/, '')
  return core.state
    .subjects()
    .filter((subject) => subject.startsWith(prefix))
    .filter((subject) => core.state.versionsOf(subject).some(visible(call)))
}

const listVersions = (core: Core, call: Call): readonly number[] => {
  const versions = core.state.versionsOf(call.part('subject')).filter(visible(call))
  if (versions.length === 0) throw refuse.subjectNotFound(call.part('subject'))
  return versions.map(({ version }) => version)
}

const getVersion = (core: Core, call: Call) =>
  core.version(call.part('subject'), call.part('version'), call.flag('deleted'))

const serveSubjects = (app: FastifyInstance, core: Core): void => {
  serve(app, 'GET', '/subjects', (call) => listSubjects(core, call))
  serve(app, 'GET', '/subjects/:subject/versions', (call) => listVersions(core, call))
  serve(app, 'POST', '/subjects/:subject/versions', async (call) => {
    const request = schemaOf(call.body)
    const version = await register(core, call.part('subject'), request, call.flag('normalize'))
    return versionAnswer(version)
  })
  serve(app, 'POST', '/subjects/:subject', (call) => {
    const options = { normalize: call.flag('normalize'), deleted: call.flag('deleted') }
    return versionAnswer(lookUp(core, call.part('subject'), schemaOf(call.body), options))
  })
  serve(app, 'DELETE', '/subjects/:subject', (call) =>
    deleteSubject(core, call.part('subject'), call.flag('permanent')),
  )
}

const serveVersions = (app: FastifyInstance, core: Core): void => {
  const path = '/subjects/:subject/versions/:version'
  serve(app, 'GET', path, (call) => {
    const version = getVersion(core, call)
    const resolved = call.text('format') === 'resolved'
    return versionAnswer(version, resolved ? core.schemas.resolvedText(version.id) : undefined)
  })
  serve(app, 'GET', `${path}/schema`, (call) => new RawText(getVersion(core, call).schema))
  serve(app, 'GET', `${path}/referencedby`, (call) => {
    const version = getVersion(core, call)
    return referencedBy(core, version.subject, version.version)
  })
  serve(app, 'DELETE', path, (call) =>
    deleteVersion(core, call.part('subject'), call.part('version'), call.flag('permanent')),
  )
}

const verdict = (call: Call, faults: readonly string[]) => ({
  is_compatible: faults.length === 0,
  ...(call.flag('verbose') ? { messages: faults } : {}),
})

const serveCompatibility = (app: FastifyInstance, core: Core): void => {
  const path = '/compatibility/subjects/:subject/versions'
  serve(app, 'POST', path, (call) =>
    verdict(
      call,
      faultsWithSubject(core, call.part('subject'), schemaOf(call.body), call.flag('normalize')),
    ),
  )
  serve(app, 'POST', `${path}/:version`, (call) => {
    const [subject, version] = [call.part('subject'), call.part('version')]
    versionNumber(version)
    const request = schemaOf(call.body)
    return verdict(call, faultsWithVersion(core, subject, version, request, call.flag('normalize')))
  })
}

/** Serves `/subjects` and `/compatibility`. */
export const serveSubjectRoutes = (app: FastifyInstance, core: Core): void => {
  serveSubjects(app, core)
  serveVersions(app, core)
  serveCompatibility(app, core)
}
