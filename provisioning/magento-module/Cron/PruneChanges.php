<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Cron;

use Magento\Framework\App\ResourceConnection;

/**
 * Forgets changes that every till has read long ago; one that was away for longer reads everything anew.
 */
class PruneChanges
{
    private const DAYS_KEPT = 14;

    public function __construct(private readonly ResourceConnection $resource)
    {
    }

    public function execute(): void
    {
        $connection = $this->resource->getConnection();
        $table = $this->resource->getTableName('holdfast_change');
        // The newest stays, so that a reader can tell how far the feed has come.
        $newest = (int)$connection->fetchOne($connection->select()->from($table, 'MAX(change_id)'));
        $connection->delete($table, [
            'change_id < ?' => $newest,
            'created_at < ?' => new \Zend_Db_Expr('CURRENT_TIMESTAMP - INTERVAL ' . self::DAYS_KEPT . ' DAY'),
        ]);
    }
}
