import { expect } from 'vitest'

/** A promise that every plug-in of a kind keeps. `check` throws an assertion error where it is broken. */
export interface Law<Subject> {
  readonly name: string
  check(subject: Subject): void
}

/** By plug-in and law: why the law cannot hold there. */
export type Exemptions = Readonly<Record<string, Readonly<Record<string, string>>>>

/** One test: a fact, and what proves it. */
export interface LawCase {
  readonly fact: string
  prove(): void
}

/** Some laws live through 200 lives; a busy machine takes its time over them. */
export const PATIENCE = { timeout: 60_000 }

/** Crosses every plug-in with every law. An exemption is itself tested: it must name a law that does not hold. */
export function crossWithLaws<Subject>(
  subjects: ReadonlyMap<string, Subject>,
  laws: readonly Law<Subject>[],
  exemptions: Exemptions,
): LawCase[] {
  const crossed = [...subjects].flatMap(([id, subject]) =>
    laws.map((law): LawCase => {
      const reason = exemptions[id]?.[law.name]
      if (reason === undefined) return { fact: `${id}: ${law.name}`, prove: () => law.check(subject) }
      return { fact: `${id} is exempt, for ${reason}: ${law.name}`, prove: () => expectBroken(law, subject) }
    }),
  )
  const prove = () => {
    for (const [id, byLaw] of Object.entries(exemptions)) {
      expect([...subjects.keys()]).toContain(id)
      for (const [name, reason] of Object.entries(byLaw)) {
        expect(laws.map((law) => law.name)).toContain(name)
        expect(reason.length).toBeGreaterThan(20)
      }
    }
  }
  return [...crossed, { fact: 'every exemption names a plug-in and a law, and says why', prove }]
}

/** A law that was never seen to fail guards nothing: each must catch the plug-in that was planted for it. */
export function seeLawsBite<Subject>(
  laws: readonly Law<Subject>[],
  plants: Readonly<Record<string, Subject>>,
): LawCase[] {
  const prove = () => expect(Object.keys(plants).sort()).toEqual(laws.map((law) => law.name).sort())
  return [
    { fact: 'for each law a plug-in that breaks it is planted', prove },
    ...Object.entries(plants).map(([name, plant]) => ({
      fact: `a planted plug-in is caught by: ${name}`,
      prove: () => {
        for (const law of laws) if (law.name === name) expectBroken(law, plant)
      },
    })),
  ]
}

/** The law must fail by an assertion; a plug-in that merely crashes proves nothing. */
function expectBroken<Subject>(law: Law<Subject>, subject: Subject): void {
  let broken: unknown = null
  try {
    law.check(subject)
  } catch (thrown) {
    broken = thrown
  }
  expect(broken, `"${law.name}" let it through`).not.toBeNull()
  expect((broken as Error).name, String(broken)).toBe('AssertionError')
}
