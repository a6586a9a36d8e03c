import type { Json } from '#shared/json.ts'
import type { ParamSchema } from '#shared/manifest.ts'
import type { DataPath } from '../inspector/data/path-expression.ts'
import { FieldsView } from './fields-view.tsx'
import { RawView } from './raw-view.tsx'
import { TableView } from './table-view.tsx'
import type { ValueLook } from './table-model.ts'

export interface ValueViewProps {
  value: Json
  look: ValueLook
  /** Where the value begins for expressions; with it, fields can be dragged into the set-up. */
  path?: DataPath | undefined
  /** What the step says it gives: what its fields are called. */
  promised?: ParamSchema | undefined
}

/** One value as a table, as a tree of fields, or as it is. */
export function ValueView({ value, look, path, promised }: ValueViewProps) {
  switch (look) {
    case 'table':
      return <TableView value={value} path={path} promised={promised} />
    case 'fields':
      return <FieldsView value={value} path={path} promised={promised} />
    case 'raw':
      return <RawView value={value} />
  }
}
