import { clsx } from 'clsx'
import { nameOf } from '#shared/flow-names.ts'
import { CodeStepIcon } from '../canvas/code-step-icon.tsx'
import { familyTile } from '../canvas/family-look.ts'
import { StepIcon } from '../canvas/step-icon.tsx'
import { codeStepKey, codeStepName, codeStepsOf } from '../code-steps-of.ts'
import { addStep } from '../commands/add-step.ts'
import { commands } from '../commands/index.ts'
import { placeForNext } from '../commands/panels.ts'
import { useEditorStore } from '../store.ts'
import { ChoiceDialog, type Choice } from './choice-dialog.tsx'

const notInPalette = new Set(['openPalette', 'escape', 'openStep'])

/** Everything there is to do or to find, by typing a few letters of it. */
export function Palette() {
  const editor = useEditorStore()
  const state = editor.store.getState()
  const { document, catalog } = state
  const tile = (type: string) => {
    const known = catalog.get(type)
    return (
      <span
        className={clsx(
          'grid size-6 shrink-0 place-items-center rounded-[6px] text-surface',
          known === undefined ? 'bg-off' : familyTile[known.family],
        )}
      >
        <StepIcon name={known?.icon} size={14} />
      </span>
    )
  }
  const steps: Choice[] = document.nodes
    .filter((node) => node.type !== 'note')
    .flatMap((node) => [
      {
        id: `go-${node.id}`,
        label: nameOf(node),
        hint: 'in this flow',
        icon: tile(node.type),
        onChoose: () => editor.openStep(node.id),
      },
      ...codeStepsOf(node).map((step) => ({
        id: `go-${node.id}-${codeStepKey(step)}`,
        label: codeStepName(step),
        hint: `inside ${nameOf(node)}`,
        icon: <CodeStepIcon call={step.kind} size={16} />,
        onChoose: () => (step.line === undefined ? editor.openStep(node.id) : editor.revealLine(node.id, step.line)),
      })),
    ])
  const actions: Choice[] = commands
    .filter((command) => !notInPalette.has(command.id) && command.isEnabled(state))
    .map((command) => ({
      id: command.id,
      label: command.label,
      shortcut: command.shortcuts?.[0],
      onChoose: () => editor.run(command, undefined),
    }))
  const place = placeForNext(state)
  const additions: Choice[] = state.readOnly
    ? []
    : [...catalog.values()]
        .filter((type) => (place.kind === 'start' ? type.role === 'trigger' : type.role === 'step'))
        .map((type) => ({
          id: `add-${type.type}`,
          label: `Add ${type.title}`,
          icon: tile(type.type),
          onChoose: () => editor.run(addStep, { type: type.type, place }),
        }))
  return (
    <ChoiceDialog
      title="Find anything"
      placeholder="Find a step, or something to do"
      choices={[...steps, ...actions, ...additions]}
      empty="Nothing here yet"
      onClose={() => editor.setSession({ dialog: undefined })}
    />
  )
}
