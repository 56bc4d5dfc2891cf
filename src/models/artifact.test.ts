import { describe, expect, test } from 'vitest'
import { Fault } from '../base/fault.ts'
import { type ArtifactDraft, artifactDigest, decodeArtifact, encodeArtifact } from './artifact.ts'

const DRAFT: ArtifactDraft = {
  learner: 'ydf-gradient-boosting',
  task: { kind: 'multiclass', classes: ['', '__proto__', 'Ünïcode "quoted"\n'] },
  features: [
    { name: 'price', kind: 'numeric' },
    { name: '\ud800 lone', kind: 'categorical' },
  ],
  modelClasses: ['__proto__', ''],
  givenRows: 500,
  trainedRows: 400,
}
const PAYLOAD = Uint8Array.from({ length: 300 }, (_, i) => (i * 7) % 256)
/** Of the draft above, by the first version of this format. */
const OLD_DIGEST = '2d9722c2ff6b5e58d9f410f1e7a7ed9b81ba1f91b5e668259f1c68f9f5cf476a'

/** The code and message of the fault that reading `bytes` throws; null when it does not throw. */
function faultOf(bytes: Uint8Array): { code: string; message: string } | null {
  try {
    decodeArtifact(bytes)
    return null
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { code: error.code, message: error.message }
  }
}

describe('an artifact', () => {
  test('reads back what was written, texts of every kind included', () => {
    const { header, payload } = decodeArtifact(encodeArtifact(DRAFT, PAYLOAD))
    expect(header).toMatchObject(DRAFT)
    expect(payload).toEqual(PAYLOAD)
  })

  test('is read from the middle of a larger buffer', () => {
    const bytes = encodeArtifact(DRAFT, PAYLOAD)
    const larger = new Uint8Array(bytes.length + 20)
    larger.set(bytes, 13)
    expect(decodeArtifact(larger.subarray(13, 13 + bytes.length)).payload).toEqual(PAYLOAD)
  })

  test('has the same bytes and id whatever the order of keys in its draft', () => {
    const { learner, ...rest } = DRAFT
    const features = DRAFT.features.map(({ name, kind }) => ({ kind, name }))
    const one = encodeArtifact(DRAFT, PAYLOAD)
    const two = encodeArtifact({ ...rest, features, learner }, PAYLOAD)
    expect(two).toEqual(one)
    expect(artifactDigest(two)).toBe(artifactDigest(one))
    expect(artifactDigest(one)).toMatch(/^[0-9a-f]{64}$/)
  })

  test('with any one bit flipped is refused', () => {
    const bytes = encodeArtifact(DRAFT, PAYLOAD)
    for (let i = 0; i < bytes.length; i++) {
      for (const bit of [1, 128]) {
        const flipped = Uint8Array.from(bytes)
        flipped[i]! ^= bit
        expect(faultOf(flipped)?.code, `byte ${i}`).toBe('ARTIFACT_CORRUPT')
      }
    }
  })

  test('cut short anywhere, or with bytes added, is refused', () => {
    const bytes = encodeArtifact(DRAFT, PAYLOAD)
    for (let length = 0; length < bytes.length; length++) {
      expect(faultOf(bytes.subarray(0, length))?.code, `${length} bytes`).toBe('ARTIFACT_CORRUPT')
    }
    expect(faultOf(new Uint8Array([...bytes, 0]))?.message).toContain('lengths add up to')
  })

  test('says what is wrong with it', () => {
    const bytes = encodeArtifact(DRAFT, PAYLOAD)
    const patched = (at: number, value: number) => Uint8Array.from(bytes).fill(value, at, at + 1)
    expect(faultOf(patched(0, 65))?.message).toContain("does not begin with 'KEEPFIT'")
    expect(faultOf(patched(8, 9))?.message).toContain('its format is 9; this version reads 1')
    expect(faultOf(patched(60, 0))?.message).toContain('header does not match')
    expect(faultOf(patched(bytes.length - 1, 255))?.message).toContain('payload does not match')
  })

  test('whose classes do not belong to its task is refused, though its digests are right', () => {
    expect(faultOf(encodeArtifact({ ...DRAFT, modelClasses: ['', 'stranger'] }, PAYLOAD))?.message).toContain('classes')
    expect(faultOf(encodeArtifact({ ...DRAFT, modelClasses: ['', ''] }, PAYLOAD))?.message).toContain('classes')
    expect(faultOf(encodeArtifact({ ...DRAFT, task: { kind: 'regression' } }, PAYLOAD))?.message).toContain('classes')
    expect(faultOf(encodeArtifact({ ...DRAFT, trainedRows: 501 }, PAYLOAD))?.message).toContain('more rows trained')
  })

  test('that nobody knows the rows of, with options of its runtime, reads back', () => {
    const draft: ArtifactDraft = {
      learner: 'onnx',
      task: { kind: 'binary', classes: ['no', 'yes'] },
      features: DRAFT.features,
      modelClasses: ['yes', 'no'],
      givenRows: null,
      trainedRows: null,
      runtime: { inputs: { b: 'price', a: 'price' }, output: 'p' },
    }
    const bytes = encodeArtifact(draft, PAYLOAD)
    expect(decodeArtifact(bytes).header).toMatchObject(draft)
    const turned = { output: 'p', inputs: { a: 'price', b: 'price' } }
    expect(encodeArtifact({ ...draft, runtime: turned }, PAYLOAD)).toEqual(bytes)
  })

  test('without the newer keys has the bytes that it had before there were any', () => {
    expect(artifactDigest(encodeArtifact(DRAFT, PAYLOAD))).toBe(OLD_DIGEST)
  })

  test('of a forest with options of ONNX is refused', () => {
    const binary: ArtifactDraft = { ...DRAFT, task: { kind: 'binary', classes: ['', '__proto__'] } }
    expect(faultOf(encodeArtifact({ ...binary, runtime: { output: 'p' } }, PAYLOAD))?.message).toContain('ONNX')
  })
})
