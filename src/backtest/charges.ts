/**
 * What watching costs, in trainings, so that a policy cannot win by looking harder for nothing. Part of the
 * method, from medians over public streams with a boosting of 60 trees; not measured again with the learner at hand.
 */
export const CHARGES = {
  /** Keeping the tables of the patch test, a window. */
  tables: 0.002,
  /** Cutting the octiles for a new version, a training. */
  octiles: 0.015,
  /** Scoring one window with a model that does not serve. */
  scoring: 0.03,
} as const
