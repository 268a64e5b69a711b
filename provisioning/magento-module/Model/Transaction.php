<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model;

use Magento\Framework\App\ResourceConnection;
use Magento\Framework\DB\Adapter\AdapterInterface;
use Magento\Framework\Exception\LocalizedException;
use Psr\Log\LoggerInterface;

/**
 * Runs work in one transaction that is wholly done or leaves nothing behind.
 */
class Transaction
{
    private const ATTEMPTS = 3;

    public function __construct(
        private readonly ResourceConnection $resource,
        private readonly OrderMemory $orderMemory,
        private readonly LoggerInterface $logger
    ) {
    }

    /**
     * Any failure that is not a FinalAnswer may hide a deadlock: Magento's shipping and invoicing swallow the cause, and by
     * then the server has rolled everything back. So the whole work runs again, never a part of it.
     *
     * @template T
     * @param callable(): T $work
     * @return T
     * @throws FinalAnswer|LocalizedException|\RuntimeException Nothing was written.
     */
    public function run(callable $work)
    {
        $connection = $this->resource->getConnection();
        if ($connection->getTransactionLevel() !== 0) {
            throw new \LogicException('A till document needs a transaction of its own');
        }
        for ($attempt = 1; ; $attempt++) {
            try {
                return $this->attempt($connection, $work);
            } catch (FinalAnswer $answer) {
                throw $answer;
            } catch (\Throwable $failure) {
                $this->logger->warning(
                    sprintf('Till document, attempt %d of %d: %s', $attempt, self::ATTEMPTS, $failure->getMessage()),
                    ['exception' => $failure]
                );
                if ($attempt === self::ATTEMPTS) {
                    // A PHP Error would reach the till as a bare page instead of Magento's JSON.
                    throw $failure instanceof LocalizedException
                        ? $failure
                        : new \RuntimeException($failure->getMessage(), 0, $failure);
                }
            }
        }
    }

    /**
     * @return mixed
     */
    private function attempt(AdapterInterface $connection, callable $work)
    {
        // Under MySQL's default, REPEATABLE READ, two returns of more than was sold pass side by side, and sales that share
        // a SKU end in deadlocks.
        $connection->query('SET TRANSACTION ISOLATION LEVEL READ COMMITTED');
        $connection->beginTransaction();
        try {
            $result = $work();
            $connection->commit();
            return $result;
        } catch (\Throwable $failure) {
            $this->rollBack($connection);
            // What was read or built in this attempt is not in the database.
            $this->orderMemory->forget();
            throw $failure;
        }
    }

    /**
     * Down to level 0: a nested rollback only marks the outer transaction as dead.
     */
    private function rollBack(AdapterInterface $connection): void
    {
        while ($connection->getTransactionLevel() > 0) {
            $level = $connection->getTransactionLevel();
            try {
                $connection->rollBack();
            } catch (\Throwable $failure) {
                $this->logger->error('Rolling back a till document: ' . $failure->getMessage());
            }
            if ($connection->getTransactionLevel() === $level) {
                // The server has no transaction any more; a new connection starts clean.
                $connection->closeConnection();
                return;
            }
        }
    }
}
