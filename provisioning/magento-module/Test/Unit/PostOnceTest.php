<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Unit;

use Holdfast\Terminal\Model\Document\PayloadHash;
use Holdfast\Terminal\Model\Document\PostOnce;
use Holdfast\Terminal\Model\OrderMemory;
use Holdfast\Terminal\Model\Refusal;
use Holdfast\Terminal\Model\Transaction;
use Holdfast\Terminal\Test\Doubles\Connection;
use Holdfast\Terminal\Test\Doubles\Documents;
use Holdfast\Terminal\Test\Doubles\Log;
use Magento\Framework\App\ResourceConnection;
use Magento\Sales\Model\OrderRepository;
use PHPUnit\Framework\TestCase;

class PostOnceTest extends TestCase
{
    private PostOnce $postOnce;
    private int $written = 0;

    protected function setUp(): void
    {
        $transaction = new Transaction(
            new ResourceConnection(new Connection()),
            new OrderMemory(new OrderRepository()),
            new Log()
        );
        $this->postOnce = new PostOnce($transaction, new Documents(), new PayloadHash());
    }

    private function post(string $id, ?string $number, array $contents = ['total' => 1]): array
    {
        return $this->postOnce->post('sale', $id, $number, $contents, function (): array {
            $this->written++;
            return ['order_id' => 7, 'answer' => ['order' => $this->written]];
        });
    }

    public function testWritesOnceAndGivesTheSameAnswerAgain(): void
    {
        self::assertEquals(['order' => 1, 'duplicate' => false], $this->post('a', 'K1-1'));
        self::assertEquals(['order' => 1, 'duplicate' => true], $this->post('a', 'K1-1'));
        self::assertSame(1, $this->written);
    }

    public function testTakesTheSameContentsInOtherWordsForTheSame(): void
    {
        $this->post('a', 'K1-1', ['x' => 1, 'y' => ['b' => 2.5, 'a' => null]]);
        self::assertTrue($this->post('a', 'K1-1', ['y' => ['b' => 2.50], 'x' => 1.0])['duplicate']);
    }

    public function testRefusesOtherContentsUnderTheSameId(): void
    {
        $this->post('a', 'K1-1');
        $this->refused(409, 'Document a was already posted with other contents.', 'a', 'K1-1', ['total' => 2]);
    }

    public function testNamesTheSaleThatHasTheNumber(): void
    {
        $this->post('a', 'K1-1');
        $this->refused(409, 'Number K1-1 was already used by sale a.', 'b', 'K1-1');
    }

    public function testTakesAnyNumberOfDocumentsWithoutANumber(): void
    {
        $this->post('a', null);
        self::assertFalse($this->post('b', null)['duplicate']);
    }

    public function testKeepsNothingOfWhatFailed(): void
    {
        try {
            $this->postOnce->post('sale', 'a', 'K1-1', [], static fn () => throw Refusal::invalid('no'));
            self::fail('no exception');
        } catch (Refusal $refusal) {
            self::assertSame(422, $refusal->getHttpCode());
        }
        self::assertFalse($this->post('a', 'K1-1')['duplicate']);
    }

    private function refused(int $status, string $message, string $id, string $number, array $contents = ['total' => 1]): void
    {
        try {
            $this->post($id, $number, $contents);
            self::fail('no exception');
        } catch (Refusal $refusal) {
            self::assertSame([$status, $message], [$refusal->getHttpCode(), $refusal->getMessage()]);
        }
    }
}
