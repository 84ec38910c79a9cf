/** A table that becomes a list of cards where there is no room for columns. */

export interface Column<T> {
  id: string;
  head: string;
  cell: (row: T) => React.ReactNode;
  /** The column that names the row. */
  names?: boolean;
  /** The head is for screen readers only. */
  quiet?: boolean;
}

export function Table<T>(props: { label: string; columns: readonly Column<T>[]; rows: readonly T[]; keyOf: (row: T) => string }) {
  const { columns, rows, keyOf } = props;
  return (
    <table className="table" aria-label={props.label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.id} scope="col">
              {column.quiet ? <span className="only-read">{column.head}</span> : column.head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map((column) =>
              column.names ? (
                <th key={column.id} scope="row">
                  {column.cell(row)}
                </th>
              ) : (
                <td key={column.id} data-head={column.quiet ? undefined : column.head}>
                  {column.cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
