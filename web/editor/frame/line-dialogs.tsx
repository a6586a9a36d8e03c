import { edgeKey, handleOf, nameOf } from '#shared/flow-names.ts'
import { edgeFrom } from '../commands/add-step.ts'
import { chosenStep } from '../commands/command.ts'
import { connect, disconnect, whyNot } from '../commands/connect.ts'
import { findNode, incomingOf, outgoingOf } from '../document-index.ts'
import { exitLabel, exitsOf } from '../exits.ts'
import { readingOrder } from '../reading-order.ts'
import { useEditorStore } from '../store.ts'
import { ChoiceDialog, type Choice } from './choice-dialog.tsx'

/** Draws a line by keyboard: the steps it may lead to, nearest first. */
export function ConnectDialog() {
  const editor = useEditorStore()
  const state = editor.store.getState()
  const source = findNode(state.document, chosenStep(state))
  const choices: Choice[] =
    source === undefined
      ? []
      : exitsOf(source, state.catalog).flatMap((handle) =>
          readingOrder(state.document, state.catalog)
            .filter((step) => whyNot(state, edgeFrom(source.id, handle, step.id)) === undefined)
            .map((step) => {
              const lane = exitLabel(source, handle)
              return {
                id: `${handle}-${step.id}`,
                label: nameOf(step),
                ...(lane === '' ? {} : { hint: `when ${lane}` }),
                onChoose: () => editor.run(connect, { source: source.id, handle, target: step.id }),
              }
            }),
        )
  const name = source === undefined ? '' : nameOf(source)
  return (
    <ChoiceDialog
      title={`Connect ${name} to`}
      placeholder={`Connect ${name} to…`}
      choices={choices}
      empty={`There is no step a line from ${name} may lead to.`}
      onClose={() => editor.setSession({ dialog: undefined })}
    />
  )
}

/** Takes a line off by keyboard. */
export function DisconnectDialog() {
  const editor = useEditorStore()
  const state = editor.store.getState()
  const { document } = state
  const step = findNode(document, chosenStep(state))
  const called = (id: string) => {
    const node = findNode(document, id)
    return node === undefined ? id : nameOf(node)
  }
  const lines = step === undefined ? [] : [...incomingOf(document, step.id), ...outgoingOf(document, step.id)]
  const choices: Choice[] = lines.map((line) => {
    const source = findNode(document, line.source)
    const lane = source === undefined ? '' : exitLabel(source, handleOf(line))
    return {
      id: edgeKey(line),
      label: `${called(line.source)} to ${called(line.target)}`,
      ...(lane === '' ? {} : { hint: `when ${lane}` }),
      onChoose: () => editor.run(disconnect, { line: edgeKey(line) }),
    }
  })
  return (
    <ChoiceDialog
      title="Remove a line"
      placeholder="Remove the line…"
      choices={choices}
      empty="This step has no lines."
      onClose={() => editor.setSession({ dialog: undefined })}
    />
  )
}
