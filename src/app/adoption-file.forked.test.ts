import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import JSZip from 'jszip'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { artifactOf, numbers, onnxFile, PAIR } from '../../test/support/onnx.ts'
import { decodeArtifact, encodeArtifact } from '../models/artifact.ts'
import { openScorer } from '../runtimes/catalog.ts'
import { adoptionFile } from './adoption-file.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keepfit-adoption-'))
  await writeFile(join(folder, 'pair.onnx'), onnxFile('forest-pair'))
  await writeFile(join(folder, 'rows.csv'), 'x0,x1,x2,left\n1.5,2.5,1,yes\n2.5,1.5,2,no\n0.5,3.5,3,no\n')
  await writeFile(join(folder, 'model.pkl'), new Uint8Array([0x80, 4, 1, 2, 3]))
  await writeFile(join(folder, 'model.zip'), new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]))
  await writeFile(join(folder, 'own.keepfit'), artifactOf('forest-pair'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))
const file = (name: string) => ({ file: join(folder, name) })
const sample = () => join(folder, 'rows.csv')

test('an ONNX file with a sample becomes an artifact that has scored it', async () => {
  const bytes = await adoptionFile({
    from: file('pair.onnx'),
    known: null,
    sample: sample(),
    label: 'left',
  })
  const { header, payload } = decodeArtifact(bytes)
  expect(header).toMatchObject({ learner: 'onnx', task: PAIR, features: numbers(3) })
  expect([...payload]).toEqual([...onnxFile('forest-pair')])
})

test('without a sample the server must know what the model reads', async () => {
  await expect(adoptionFile({ from: file('pair.onnx'), known: null })).rejects.toMatchObject({ code: 'USAGE' })
  const known = { task: PAIR, features: [...numbers(3)] }
  const bytes = await adoptionFile({ from: file('pair.onnx'), known, features: ['x1', 'x0'] })
  expect(decodeArtifact(bytes).header.features.map(({ name }) => name)).toEqual(['x1', 'x0'])
  const strange = adoptionFile({ from: file('pair.onnx'), known, features: ['age'] })
  await expect(strange).rejects.toMatchObject({ code: 'COLUMN_UNKNOWN' })
})

test('an artifact of Keepfit goes as it is, a damaged one nowhere', async () => {
  const bytes = artifactOf('forest-pair')
  expect(await adoptionFile({ from: file('own.keepfit'), known: null })).toEqual(bytes)
  const damaged = bytes.slice()
  damaged[60] = (damaged[60] as number) ^ 1
  await writeFile(join(folder, 'damaged.keepfit'), damaged)
  await expect(adoptionFile({ from: file('damaged.keepfit'), known: null })).rejects.toMatchObject({
    code: 'ARTIFACT_CORRUPT',
  })
})

test('pickles and archives are told what they are, and never opened', async () => {
  const pickle = adoptionFile({ from: file('model.pkl'), known: null })
  await expect(pickle).rejects.toThrow('a pickle, which is never opened')
  await expect(adoptionFile({ from: file('model.zip'), known: null })).rejects.toThrow(
    'an archive, which is never unpacked',
  )
  await expect(adoptionFile({ from: file('nowhere.onnx'), known: null })).rejects.toMatchObject({
    code: 'FILE_MISSING',
  })
})

test('a saved YDF folder, and a zip of it, become the same artifact; another folder is told what is missing', async () => {
  const saved = fileURLToPath(new URL('../../test/ydf/binary', import.meta.url))
  const zip = new JSZip()
  for (const name of await readdir(saved)) zip.file(`churn-model/${name}`, await readFile(join(saved, name)))
  await writeFile(join(folder, 'ydf.zip'), await zip.generateAsync({ type: 'uint8array', compression: 'DEFLATE' }))
  await writeFile(
    join(folder, 'people.csv'),
    'age,Größe %,city,tariff,member,paid,left\n40.5,1,Bern,2,true,false,yes\n,2,,3,false,true,no\n30.5,3,Rom,9,true,true,no\n',
  )
  const asked = { known: null, sample: join(folder, 'people.csv'), label: 'left' }
  const bytes = await adoptionFile({ ...asked, from: { file: saved } })
  expect(decodeArtifact(bytes).header).toMatchObject({ learner: 'ydf', task: PAIR, modelClasses: ['no', 'yes'] })
  expect(await adoptionFile({ ...asked, from: file('ydf.zip') })).toEqual(bytes)
  await expect(adoptionFile({ ...asked, from: { file: folder } })).rejects.toThrow('it has no file data_spec.pb')
})

/** A saved model among so many other files that nobody would have written. */
async function crowded(): Promise<Uint8Array> {
  const zip = new JSZip()
  zip.file('data_spec.pb', new Uint8Array())
  for (let i = 0; i < 1000; i++) zip.file(`${i}`, new Uint8Array())
  return zip.generateAsync({ type: 'uint8array' })
}

test('an archive that swells is refused where it is packed anew and where a server would unpack it', async () => {
  const bytes = await crowded()
  await writeFile(join(folder, 'crowded.zip'), bytes)
  await expect(adoptionFile({ from: file('crowded.zip'), known: null })).rejects.toMatchObject({
    code: 'DATA_INVALID',
    message: `'${join(folder, 'crowded.zip')}' has more than 1000 entries`,
  })
  const { header } = decodeArtifact(artifactOf('forest-pair'))
  await expect(openScorer(encodeArtifact({ ...header, learner: 'ydf' }, bytes), {})).rejects.toMatchObject({
    code: 'ARTIFACT_CORRUPT',
    message: "the artifact's payload has more than 1000 entries",
  })
})
