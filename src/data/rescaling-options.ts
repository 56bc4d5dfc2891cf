import { z } from 'zod'
import { USUAL_RESCALING } from './rescaling.ts'

/** Fewer values on either side are not evidence. */
export function fewestRescaled(least: number) {
  return z
    .int()
    .min(least)
    .max(1e9)
    .default(USUAL_RESCALING.minRows)
    .describe('Fewer values on either side are not evidence. Rows.')
}

/** What the rule of the contract and the detector that look for a factor both ask. */
export const RESCALING_OPTIONS = {
  minFactor: z
    .number()
    .min(1.05)
    .max(1000)
    .default(USUAL_RESCALING.minFactor)
    .describe('Smaller factors are taken for drift. Ratio.'),
  minDistance: z
    .number()
    .min(0)
    .max(1)
    .default(USUAL_RESCALING.minDistance)
    .describe('Distance of the distributions as they are. Share.'),
  naturalMargin: z
    .number()
    .min(1)
    .max(10)
    .default(USUAL_RESCALING.naturalMargin)
    .describe('Multiple of the widest factor, on a log scale, between reference windows that is still drift. Ratio.'),
  maxRest: z
    .number()
    .min(0)
    .max(1)
    .default(USUAL_RESCALING.maxRest)
    .describe('Part of that distance left after rescaling. Share.'),
  maxDistance: z
    .number()
    .min(0)
    .max(1)
    .default(USUAL_RESCALING.maxDistance)
    .describe('Distance left beyond sampling error. Share.'),
}
