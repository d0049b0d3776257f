import { lookup as lookupAny } from 'node:dns'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { buildConnector } from 'undici'
import { AddressRefused } from '../../errors.ts'

/** Whether an IP address is one of the public internet; a mapped IPv4 address counts as what it maps. */
export const isPublic = (address: string): boolean =>
  ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast'

type LookupCallback = (
  error: Error | null,
  addresses: { address: string; family: number }[],
) => void

/** Names whose addresses are all public; one private address among them refuses the name (DNS rebinding). */
const publicLookup = (host: string, _options: unknown, callback: LookupCallback): void => {
  lookupAny(host, { all: true }, (error, found) => {
    if (error !== null) callback(error, [])
    else if (found.length === 0 || !found.every(({ address }) => isPublic(address)))
      callback(new AddressRefused(`${host} has an address that is not public`), [])
    else callback(null, found)
  })
}

/**
 * A connector that reaches public addresses only. The address that was checked is the one connected to, since the lookup
 * happens inside the connect; literals never pass a lookup, so they are checked apart, and the peer once more.
 */
export const guardedConnector = (timeoutMs: number): buildConnector.connector => {
  // undici's type lacks the `all` form of lookup, which node:net calls when it may choose among addresses.
  const options = { timeout: timeoutMs, lookup: publicLookup, autoSelectFamily: true } as object
  const connect = buildConnector(options)
  return (target, callback) => {
    const host = target.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) !== 0 && !isPublic(host)) {
      callback(new AddressRefused(`${host} is not a public address`), null)
      return
    }
    connect(target, (error, socket) => {
      if (error !== null) callback(error, null)
      else if (isPublic(socket.remoteAddress ?? '')) callback(null, socket)
      else {
        socket.destroy()
        callback(new AddressRefused(`${host} led to an address that is not public`), null)
      }
    })
  }
}
