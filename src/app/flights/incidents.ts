/** What is done to the recorded flights. */
export type IncidentKind = 'kilometres' | 'flipped-labels' | 'new-rule' | 'old-rule' | 'wrong-join'

/** Something that goes wrong, or changes for good, at a known moment. Days are inclusive, in the data's own time. */
export interface Incident {
  readonly id: string
  readonly kind: IncidentKind
  readonly from: string
  readonly to: string
  /** What happens, as the story announces it. */
  readonly happens: string
  /** What a good system does about it. */
  readonly asked: string
}

/** While the new rule holds the outcome is turned round for flights that leave from this hour on: 30 % of all. */
export const TURNED_FROM_HOUR = 17
/** Share of the labels that the burst flips, whatever they were. */
export const FLIPPED_SHARE = 0.38
export const KILOMETRES_PER_MILE = 1.609344

/** A month in which nothing is injected: whatever is done in it is done for the flights' own sake. */
export const CONTROL = { from: '2001-02-03', to: '2001-02-28' } as const

/** Everything that is injected into the recorded flights, in order. The same hits every policy. */
export const INCIDENTS: readonly Incident[] = [
  {
    id: 'kilometres',
    kind: 'kilometres',
    from: '2001-03-05',
    to: '2001-03-11',
    happens: 'for a week distances arrive in kilometres instead of miles',
    asked: 'see a change of unit and learn nothing from that week',
  },
  {
    id: 'flipped-labels',
    kind: 'flipped-labels',
    from: '2001-03-20',
    to: '2001-03-21',
    happens: 'for two days 38 % of the labels are recorded the wrong way round, at random',
    asked: 'see the noise and keep the two days out of training and judging',
  },
  {
    id: 'wrong-join',
    kind: 'wrong-join',
    from: '2001-03-28',
    to: '2001-04-04',
    happens: 'for eight days the training job joins each flight with the label of the next one; records are right',
    asked: 'train when it is due, see that the challenger is worse, and keep the champion',
  },
  {
    id: 'new-rule',
    kind: 'new-rule',
    from: '2001-04-23',
    to: '2001-05-27',
    happens: 'for five weeks the outcome is turned round for flights from 17:00 on: what was on time is late',
    asked: 'notice within days that much of the loss is avoidable, and train on what is true now',
  },
  {
    id: 'old-rule',
    kind: 'old-rule',
    from: '2001-05-28',
    to: '2001-06-30',
    happens: 'the old rule returns for evening flights',
    asked: 'bring back a version that is right again, without any training',
  },
]
