/** The numbers of a picture as a table, folded away: for those who read numbers. */
import type { ComponentChildren } from 'preact';

interface RawTableProps {
  title: string;
  /** heads in order; of numbers stand at the right */
  columns: readonly (string | { number: string })[];
  children: ComponentChildren;
}

export const RawTable = ({ title, columns, children }: RawTableProps) => (
  <details class="raw">
    <summary>{title}</summary>
    <table>
      <thead>
        <tr>
          {columns.map((column) =>
            typeof column === 'string' ? (
              <th key={column} scope="col">
                {column}
              </th>
            ) : (
              <th key={column.number} scope="col" class="number">
                {column.number}
              </th>
            ),
          )}
        </tr>
      </thead>
      {children}
    </table>
  </details>
);
