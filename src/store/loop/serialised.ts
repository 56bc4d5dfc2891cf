import { deserialize, serialize } from 'node:v8'
import { Fault } from '../../base/fault.ts'

/** Changes whenever what was serialised could no longer be read. */
const LAYOUT = 1

/** Plain data with typed arrays and maps, as bytes; what `readSerialised` gives back is equal to it. */
export function serialised(value: unknown): Buffer {
  return serialize({ layout: LAYOUT, value })
}

/**
 * @param what what the bytes should hold, for the message
 * @throws Fault STATE_UNREADABLE where the bytes are of another version, or are none of ours
 */
export function readSerialised<T>(bytes: Uint8Array, what: string): T {
  let read: unknown
  try {
    read = deserialize(bytes)
  } catch (error) {
    throw new Fault('STATE_UNREADABLE', `${what} cannot be read back`, {}, error)
  }
  if (
    typeof read !== 'object' ||
    read === null ||
    !('layout' in read) ||
    !('value' in read) ||
    read.layout !== LAYOUT
  ) {
    const given = typeof read === 'object' && read !== null && 'layout' in read ? String(read.layout) : 'none'
    throw new Fault('STATE_UNREADABLE', `${what} has the layout ${given}; this Keepfit reads ${LAYOUT}`)
  }
  return read.value as T
}
