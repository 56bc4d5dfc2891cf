/** What Keepfit may do by itself, least first. */
export const LIVE_MODES = ['observe', 'advise', 'approve', 'auto'] as const

/** The words of `keepfit init`, all of them said. */
export interface InitAsked {
  readonly model: string
  readonly sample: string
  readonly label: string
  readonly time: string
  readonly id?: string | undefined
  readonly positive?: string | undefined
  /** Length of a window, such as `1d`; undefined: proposed from the sample. */
  readonly every?: string | undefined
  /** How long after a prediction its label is known, such as `3d`; undefined: at once. */
  readonly labelDelay?: string | undefined
  /** A built-in trainer's id, or a command line; undefined: the first built-in one. */
  readonly trainer?: string | undefined
  readonly mode?: (typeof LIVE_MODES)[number] | undefined
  /** Where the configuration will be saved: the sample is seen from there. */
  readonly output: string
}

export interface InitAnswer {
  /** The configuration as YAML. */
  readonly text: string
  readonly model: string
  /** `churned, yes or no ('yes' is positive)`. */
  readonly predicts: string
  readonly rows: number
  readonly features: number
  readonly every: string
  readonly windows: number
  readonly rules: number
  /** What was assumed or repaired, in one plain sentence each. */
  readonly notes: readonly string[]
}
