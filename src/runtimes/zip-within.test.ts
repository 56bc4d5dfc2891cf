import JSZip from 'jszip'
import { describe, expect, test } from 'vitest'
import { checkZip, openZip, unpackWithin } from './zip-within.ts'

const LIMITS = { entries: 5, bytes: 100_000 }

function zipped(files: Readonly<Record<string, Uint8Array>>, compression: 'STORE' | 'DEFLATE' = 'DEFLATE') {
  const zip = new JSZip()
  for (const [name, content] of Object.entries(files)) zip.file(name, content, { createFolders: false })
  return zip.generateAsync({ type: 'uint8array', compression })
}

const zeros = (bytes: number) => new Uint8Array(bytes)

/** The same zip, whose directory says of every file that it has so many bytes. */
function saying(zip: Uint8Array, size: number): Uint8Array {
  const lying = zip.slice()
  const view = new DataView(lying.buffer)
  for (let at = 0; at + 46 <= lying.length; at++)
    if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, size, true)
  return lying
}

describe('a zip', () => {
  test.each(['STORE', 'DEFLATE'] as const)('within its limits passes, to the byte, by %s', async (compression) => {
    const files = { a: zeros(60_000), b: zeros(40_000), 'c/d': zeros(0) }
    await expect(checkZip(await zipped(files, compression), 'it', LIMITS)).resolves.toBeUndefined()
    const more = { ...files, e: zeros(1) }
    await expect(checkZip(await zipped(more, compression), 'it', LIMITS)).rejects.toMatchObject({
      code: 'DATA_INVALID',
      message: 'it has more than 100000 bytes when it is unpacked',
    })
  })

  test('that swells is refused, also when it says that it does not, and long before all of it is unpacked', async () => {
    const bomb = await zipped({ a: zeros(50_000_000) })
    expect(bomb.length).toBeLessThan(LIMITS.bytes)
    for (const zip of [bomb, saying(bomb, 10)]) {
      let unpacked = 0
      const file = (await openZip(zip, 'it', LIMITS)).file('a')
      if (file === null) return expect.unreachable()
      const asked = unpackWithin(file, { what: 'it', mostBytes: LIMITS.bytes, limits: LIMITS }, ({ length }) => {
        unpacked += length
      })
      await expect(asked).rejects.toThrow('it has more than 100000 bytes')
      // Time for more to come, if it did.
      await new Promise((resolve) => setTimeout(resolve, 20))
      expect(unpacked).toBeLessThanOrEqual(LIMITS.bytes)
    }
  })

  test('of more entries than are allowed is refused before its directory is read, empty files and folders too', async () => {
    const named = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, zeros(0)]))
    await expect(checkZip(await zipped(named(5)), 'it', LIMITS)).resolves.toBeUndefined()
    const six = await zipped(named(6))
    await expect(checkZip(six, 'it', LIMITS)).rejects.toThrow('it has more than 5 entries')
    // Its end says that there is one; readers go on as long as entries follow.
    const lying = six.slice()
    new DataView(lying.buffer).setUint16(lying.length - 22 + 8, 1, true)
    new DataView(lying.buffer).setUint16(lying.length - 22 + 10, 1, true)
    await expect(checkZip(lying, 'it', LIMITS)).rejects.toThrow('it has more than 5 entries')
    // The same name again and again is one file to a reader, and as much work.
    const again = zipped(Object.fromEntries(['a1', 'a2', 'a3', 'a4', 'a5', 'a6'].map((name) => [name, zeros(0)])))
    const same = (await again).map((byte, i, all) =>
      all[i - 1] === 0x61 && byte >= 0x31 && byte <= 0x36 ? 0x31 : byte,
    )
    await expect(checkZip(same, 'it', LIMITS)).rejects.toThrow('it has more than 5 entries')
  })

  test('that is none is no matter of limits', async () => {
    const none = checkZip(new Uint8Array([1, 2, 3]), 'it', LIMITS)
    await expect(none).rejects.toThrow(/zip/i)
  })
})
