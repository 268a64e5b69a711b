<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Unit;

use Holdfast\Terminal\Model\Payment\Outcomes;
use PHPUnit\Framework\TestCase;

class OutcomesTest extends TestCase
{
    public function testWaitsForEveryProvisionalPayment(): void
    {
        $outcomes = new Outcomes();
        self::assertFalse($outcomes->allApproved(['a', 'b'], ['a' => 'approved']));
        self::assertFalse($outcomes->allApproved(['a', 'b'], ['a' => 'approved', 'b' => 'declined']));
        self::assertTrue($outcomes->allApproved(['a', 'b'], ['a' => 'approved', 'b' => 'approved']));
    }

    public function testTakesSettledForPaidAndWhatIsNotForUnpaid(): void
    {
        $outcomes = new Outcomes();
        self::assertTrue($outcomes->allApproved(['a', 'b'], ['a' => 'settled', 'b' => 'approved']));
        self::assertSame('declined', $outcomes->payment(['a', 'b'], ['a' => 'settled', 'b' => 'expired']));
        self::assertFalse($outcomes->isPaid('reversed'));
    }

    public function testTellsTheWorstThatIsKnown(): void
    {
        $outcomes = new Outcomes();
        self::assertSame('provisional', $outcomes->payment(['a', 'b'], ['a' => 'approved']));
        self::assertSame('paid', $outcomes->payment(['a'], ['a' => 'approved']));
        self::assertSame('declined', $outcomes->payment(['a', 'b'], ['a' => 'approved', 'b' => 'declined']));
        self::assertSame('charged_back', $outcomes->payment(['a'], ['a' => 'declined', 'c' => 'chargeback']));
    }
}
