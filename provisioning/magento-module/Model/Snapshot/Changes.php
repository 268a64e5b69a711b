<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Snapshot;

use Holdfast\Terminal\Api\ChangesInterface;
use Holdfast\Terminal\Api\Data\ChangeListInterface;
use Holdfast\Terminal\Model\Data\Change;
use Holdfast\Terminal\Model\Data\ChangeList;
use Holdfast\Terminal\Model\Refusal;
use Magento\Framework\App\ResourceConnection;

/**
 * @inheritdoc
 */
class Changes implements ChangesInterface
{
    public function __construct(
        private readonly ResourceConnection $resource,
        private readonly Redelivery $redelivery,
        private readonly PageSize $pageSize
    ) {
    }

    /**
     * @inheritdoc
     */
    public function getList(int $cursor = 0, int $limit = 1000): ChangeListInterface
    {
        $connection = $this->resource->getConnection();
        $table = $this->resource->getTableName('holdfast_change');
        $kept = $connection->fetchRow(
            $connection->select()->from($table, ['oldest' => 'MIN(change_id)', 'newest' => 'MAX(change_id)'])
        );
        $this->mustBeKept($cursor, (int)$kept['oldest'], (int)$kept['newest']);
        $select = $connection->select()
            ->from($table, [
                'change_id',
                'kind',
                'ref',
                'op',
                'created_at',
                'age' => new \Zend_Db_Expr('TIMESTAMPDIFF(SECOND, created_at, CURRENT_TIMESTAMP)'),
            ])
            ->where('change_id > ?', $cursor)
            ->order('change_id')
            ->limit($this->pageSize->of($limit));
        $rows = $connection->fetchAll($select);
        $seen = array_map(static fn (array $row) => ['id' => (int)$row['change_id'], 'age' => (int)$row['age']], $rows);
        return new ChangeList([
            'changes' => array_map(static fn (array $row) => new Change([
                'id' => (int)$row['change_id'],
                'kind' => (string)$row['kind'],
                'ref' => (string)$row['ref'],
                'op' => (string)$row['op'],
                'at' => (string)$row['created_at'],
            ]), $rows),
            'next_cursor' => $this->redelivery->nextCursor($cursor, $seen),
        ]);
    }

    /**
     * @inheritdoc
     */
    public function getNewest(): ChangeListInterface
    {
        $connection = $this->resource->getConnection();
        $settled = $connection->select()
            ->from($this->resource->getTableName('holdfast_change'), 'MAX(change_id)')
            // What is younger may stand behind the number of a transaction that is still open.
            ->where('created_at <= CURRENT_TIMESTAMP - INTERVAL ? SECOND', Redelivery::WINDOW);
        return new ChangeList(['changes' => [], 'next_cursor' => (int)$connection->fetchOne($settled)]);
    }

    /**
     * The newest change always stays, so that an empty table means that nothing was ever written. A cursor beyond it is of
     * another table: the shop was restored from a backup, or moved.
     *
     * @throws Refusal
     */
    private function mustBeKept(int $cursor, int $oldest, int $newest): void
    {
        if ($cursor < 0) {
            throw Refusal::invalid('cursor must not be negative');
        }
        if ($cursor > $newest || ($cursor > 0 && $cursor < $oldest - 1)) {
            throw Refusal::gone("Changes after $cursor are no longer kept; read everything anew.");
        }
    }
}
