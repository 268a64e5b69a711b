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
        $this->mustBeKept($cursor, (int)$connection->fetchOne($connection->select()->from($table, 'MIN(change_id)')));
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
     * The newest change always stays, so that an empty table means that nothing was ever written.
     *
     * @throws Refusal
     */
    private function mustBeKept(int $cursor, int $oldest): void
    {
        if ($cursor < 0) {
            throw Refusal::invalid('cursor must not be negative');
        }
        if ($cursor > 0 && $cursor < $oldest - 1) {
            throw Refusal::gone("Changes after $cursor are no longer kept; read everything anew.");
        }
    }
}
