import { z } from 'zod'
import { SingleConfig } from './single.ts'

/** Most members of one combination. */
const MOST = 8

const ABOUT = 'The triggers that are asked, of which the combination is made. A list of triggers.'

/** `of` of each kind of combination, over whatever may be a member. */
function combinations<Member extends z.ZodType>(member: Member) {
  const of = z.array(member).min(2).max(MOST).describe(ABOUT)
  return {
    anyOf: z.strictObject({ trigger: z.literal('any-of'), of }),
    allOf: z.strictObject({ trigger: z.literal('all-of'), of }),
    atLeast: z
      .strictObject({
        trigger: z.literal('at-least'),
        count: z.int().min(1).max(MOST).default(2).describe('So many of them must say yes. Count.'),
        of,
      })
      .superRefine((config, check) => {
        if (config.count > config.of.length)
          check.addIssue({
            code: 'custom',
            path: ['count'],
            message: `must be at most the number of triggers in of, ${config.of.length}; got ${config.count}`,
          })
      }),
  }
}

const inner = combinations(SingleConfig)

/** What may be a member: a trigger that asks one question, or a combination of such, no deeper. */
const Member = z.discriminatedUnion('trigger', [...SingleConfig.options, inner.anyOf, inner.allOf, inner.atLeast])
export type Member = z.output<typeof Member>

export const { anyOf: AnyOfConfig, allOf: AllOfConfig, atLeast: AtLeastConfig } = combinations(Member)
