import type { TriggerConfig } from '../../triggers/catalog.ts'
import type { Member } from '../../triggers/combination/members.ts'

/** A trigger of a configuration, at whatever depth. */
export type NestedTrigger = TriggerConfig | Member

/** Those inside a combination, with the key they stand under; null where there are none. */
export function membersOf(
  trigger: NestedTrigger,
): { readonly key: string; readonly members: readonly Member[] } | null {
  if ('of' in trigger) return { key: 'of', members: trigger.of }
  return 'when' in trigger ? { key: 'when', members: trigger.when } : null
}

/** Every trigger of a list at every depth, outer before inner, with its place as seen from the model. */
export function everyTrigger(
  triggers: readonly NestedTrigger[],
  at: readonly (string | number)[] = ['triggers'],
): { readonly trigger: NestedTrigger; readonly path: readonly (string | number)[] }[] {
  return triggers.flatMap((trigger, index) => {
    const path = [...at, index]
    const inner = membersOf(trigger)
    return [{ trigger, path }, ...(inner === null ? [] : everyTrigger(inner.members, [...path, inner.key]))]
  })
}
