<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Unit;

use Holdfast\Terminal\Model\OrderMemory;
use Holdfast\Terminal\Model\Refusal;
use Holdfast\Terminal\Model\Transaction;
use Holdfast\Terminal\Test\Doubles\Connection;
use Holdfast\Terminal\Test\Doubles\Log;
use Magento\Framework\App\ResourceConnection;
use Magento\Framework\Exception\LocalizedException;
use Magento\Framework\Phrase;
use Magento\Sales\Model\OrderRepository;
use PHPUnit\Framework\TestCase;

class TransactionTest extends TestCase
{
    private const ISOLATION = 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED';
    private Connection $connection;
    private OrderRepository $orders;
    private Transaction $transaction;

    protected function setUp(): void
    {
        $this->connection = new Connection();
        $this->orders = new OrderRepository();
        $this->transaction = new Transaction(
            new ResourceConnection($this->connection),
            new OrderMemory($this->orders),
            new Log()
        );
    }

    public function testReadsCommittedRowsOnlyAndCommits(): void
    {
        self::assertSame('done', $this->transaction->run(static fn () => 'done'));
        self::assertSame([self::ISOLATION, 'BEGIN', 'COMMIT'], $this->connection->log);
        self::assertNotSame([], $this->orders->remembers());
    }

    public function testRunsTheWholeWorkAgainWhateverFailed(): void
    {
        $attempts = 0;
        $result = $this->transaction->run(function () use (&$attempts) {
            $attempts++;
            // As Magento's own services do: nested, and hiding the cause.
            $this->connection->beginTransaction();
            if ($attempts < 3) {
                $this->connection->rollBack();
                throw new LocalizedException(new Phrase('Could not save a shipment, see error log for details'));
            }
            $this->connection->commit();
            return $attempts;
        });
        self::assertSame(3, $result);
        $failed = [self::ISOLATION, 'BEGIN', 'ROLLBACK'];
        self::assertSame(
            [...$failed, ...$failed, self::ISOLATION, 'BEGIN', 'COMMIT'],
            $this->connection->log
        );
        self::assertSame([], $this->orders->remembers(), 'orders read before the rollback are forgotten');
    }

    public function testGivesUpAfterThreeAttemptsAndLeavesNothing(): void
    {
        try {
            $this->transaction->run(static fn () => throw new LocalizedException(new Phrase('Could not')));
            self::fail('no exception');
        } catch (LocalizedException $failure) {
            self::assertSame('Could not', $failure->getMessage());
        }
        self::assertSame(3, count(array_keys($this->connection->log, 'ROLLBACK', true)));
        self::assertSame(0, $this->connection->getTransactionLevel());
    }

    public function testNeverRepeatsARefusal(): void
    {
        $this->expectException(Refusal::class);
        $attempts = 0;
        try {
            $this->transaction->run(static function () use (&$attempts) {
                $attempts++;
                throw Refusal::invalid('no');
            });
        } finally {
            self::assertSame(1, $attempts);
            self::assertSame([self::ISOLATION, 'BEGIN', 'ROLLBACK'], $this->connection->log);
        }
    }

    public function testTurnsAnErrorOfPhpIntoAnExceptionThatMagentoAnswersAsJson(): void
    {
        $this->expectException(\RuntimeException::class);
        $this->transaction->run(static fn () => throw new \TypeError('null'));
    }

    public function testTakesANewConnectionWhenTheServerHasRolledBackAlready(): void
    {
        $attempts = 0;
        $this->transaction->run(function () use (&$attempts) {
            if (++$attempts === 1) {
                $this->connection->serverHasTransaction = false;
                throw new \Exception('Deadlock found');
            }
        });
        self::assertSame([self::ISOLATION, 'BEGIN', 'CLOSE', self::ISOLATION, 'BEGIN', 'COMMIT'], $this->connection->log);
    }

    public function testRefusesToRunInsideAnotherTransaction(): void
    {
        $this->connection->beginTransaction();
        $this->expectException(\LogicException::class);
        $this->transaction->run(static fn () => null);
    }
}
