<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Doubles;

use Magento\Framework\DB\Adapter\AdapterInterface;

/**
 * A connection that counts transactions as Magento's does: a nested rollback only marks the outer one as dead.
 */
class Connection implements AdapterInterface
{
    /** @var string[] What was asked of the server, in order. */
    public array $log = [];
    public bool $serverHasTransaction = false;
    private int $level = 0;
    private bool $dead = false;

    public function query(string $sql): void
    {
        $this->log[] = $sql;
    }

    public function getTransactionLevel(): int
    {
        return $this->level;
    }

    public function beginTransaction(): void
    {
        if ($this->level++ === 0) {
            $this->log[] = 'BEGIN';
            $this->serverHasTransaction = true;
        }
    }

    public function commit(): void
    {
        if ($this->dead || $this->level === 0) {
            throw new \Exception('Rolled back transaction has not been completed correctly.');
        }
        if (--$this->level === 0) {
            $this->log[] = 'COMMIT';
            $this->serverHasTransaction = false;
        }
    }

    public function rollBack(): void
    {
        if ($this->level > 1) {
            $this->dead = true;
        } else {
            if (!$this->serverHasTransaction) {
                throw new \PDOException('There is no active transaction');
            }
            $this->log[] = 'ROLLBACK';
            $this->serverHasTransaction = false;
            $this->dead = false;
        }
        $this->level--;
    }

    public function closeConnection(): void
    {
        $this->log[] = 'CLOSE';
        $this->level = 0;
        $this->dead = false;
    }
}
