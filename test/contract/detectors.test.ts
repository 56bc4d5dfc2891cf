import { describe, expect, test } from 'vitest'
import { detectors } from '../../src/detectors/catalog.ts'
import { type DetectorSubject, detectorLaws } from './detector-laws.ts'
import { DETECTOR_PLANTS } from './detector-plants.ts'
import { DETECTOR_TRIALS } from './detector-trials.ts'
import { expectCatalogOfFiles } from './files.ts'
import { crossWithLaws, PATIENCE, seeLawsBite } from './law.ts'

test('every file in detectors/ is in the catalog, and nothing else is', () => {
  expectCatalogOfFiles('detectors', ['catalog.ts', 'detector.ts'], detectors.ids, true)
})

test('every detector of the catalog has a trial', () => {
  for (const id of detectors.ids)
    expect(DETECTOR_TRIALS, `add '${id}' to DETECTOR_TRIALS in test/contract/detector-trials.ts`).toHaveProperty(id)
})

describe('the laws of a detector', () => {
  const subjects = new Map<string, DetectorSubject>(
    detectors.all.map((plugin) => [
      plugin.id,
      { plugin, key: 'detector', least: {}, trial: DETECTOR_TRIALS[plugin.id] },
    ]),
  )
  for (const { fact, prove } of crossWithLaws(subjects, detectorLaws, {})) test(fact, PATIENCE, prove)
  for (const { fact, prove } of seeLawsBite(detectorLaws, DETECTOR_PLANTS)) test(fact, PATIENCE, prove)
})
