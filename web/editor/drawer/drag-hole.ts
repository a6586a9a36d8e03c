import type { DragEvent } from 'react'
import { holeOfPath, type DataPath, type PathKey } from '../inspector/data/path-expression.ts'
import { holeDragType } from '../inspector/template/template-editor.ts'

/** What makes an element draggable into a field of the set-up, as the value at these keys. */
export function dragHole(path: DataPath | undefined, keys: readonly PathKey[]) {
  if (path === undefined) return {}
  return {
    draggable: true,
    onDragStart: (event: DragEvent) => {
      event.stopPropagation()
      const hole = holeOfPath({ ...path, keys: [...path.keys, ...keys] })
      event.dataTransfer.setData(holeDragType, hole)
      event.dataTransfer.setData('text/plain', hole)
      event.dataTransfer.effectAllowed = 'copy'
      // Fields that take data show themselves while something is on its way.
      document.documentElement.toggleAttribute('data-dragging-hole', true)
    },
    onDragEnd: () => document.documentElement.removeAttribute('data-dragging-hole'),
  }
}
