import { useState } from 'react'
import type { Json } from '#shared/json.ts'
import type { ParamSchema } from '#shared/manifest.ts'
import { Button } from '../../ui/button.tsx'
import { fieldName } from '../inspector/data/field-name.ts'
import type { DataPath } from '../inspector/data/path-expression.ts'
import { shortValue } from '../inspector/data/value-words.ts'
import { dragHole } from './drag-hole.ts'
import { FieldsView } from './fields-view.tsx'
import { tableOf } from './table-model.ts'

const pageSize = 50

/** A list of groups as rows; the first fifty, and more on request. */
export function TableView({
  value,
  path,
  promised,
}: {
  value: Json
  path?: DataPath | undefined
  promised?: ParamSchema | undefined
}) {
  const [shown, setShown] = useState(pageSize)
  const table = tableOf(value)
  if (table === undefined) return <FieldsView value={value} path={path} promised={promised} />
  const { columns, rows } = table
  const isList = Array.isArray(value)
  return (
    <div>
      <table className="w-full border-separate border-spacing-0 text-body">
        <thead>
          <tr>
            {isList && (
              <th
                scope="col"
                className="sticky top-0 w-10 border-b border-line bg-surface px-3 py-1.5 text-left text-small text-muted"
              >
                #
              </th>
            )}
            {columns.map((name) => {
              const keys = isList ? [0, name] : [name]
              return (
                <th
                  key={name}
                  scope="col"
                  {...dragHole(path, keys)}
                  title={name}
                  className="sticky top-0 border-b border-line bg-surface px-3 py-1.5 text-left text-small whitespace-nowrap text-muted"
                >
                  {fieldName(promised, keys).label}
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shown).map((row, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- rows have nothing but their place
            <tr key={index} className="hover:bg-hover">
              {isList && <td className="border-b border-line px-3 py-1.5 text-small text-muted tabular">{index + 1}</td>}
              {columns.map((name) => (
                <td
                  key={name}
                  {...dragHole(path, isList ? [index, name] : [name])}
                  className="max-w-80 truncate border-b border-line px-3 py-1.5 tabular"
                  title={typeof row[name] === 'string' ? row[name].slice(0, 500) : undefined}
                >
                  {Object.hasOwn(row, name) ? <Cell value={row[name]} /> : null}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shown && (
        <p className="flex items-center gap-3 px-3 py-2 text-small text-muted">
          {shown} of {rows.length} rows
          <Button size="small" onClick={() => setShown(shown + 200)}>
            Show more
          </Button>
        </p>
      )}
    </div>
  )
}

function Cell({ value }: { value: Json | undefined }) {
  const isPlain = typeof value === 'string' ? value !== '' : typeof value === 'number'
  return <span className={isPlain ? undefined : 'text-muted'}>{shortValue(value, 200)}</span>
}
