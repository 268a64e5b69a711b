<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Unit;

use Holdfast\Terminal\Model\Data\ReturnLine;
use Holdfast\Terminal\Model\Data\SaleReturn;
use Holdfast\Terminal\Model\Refusal;
use Holdfast\Terminal\Model\Returns\ReturnRules;
use PHPUnit\Framework\TestCase;

class ReturnRulesTest extends TestCase
{
    private const LINE = ['sku' => 'HOU-03', 'qty' => 1.0, 'row_total' => 4.62, 'row_total_incl_tax' => 5.5,
        'discount_amount' => 0.5, 'tax_amount' => 0.8, 'discount_tax_compensation_amount' => 0.08];
    private const HEAD = ['return_id' => 'r', 'sale_id' => 's', 'return_number' => 'R-1', 'return_to_stock' => false,
        'source_code' => 'store-berlin'];

    private function check(array $change = [], array $line = []): void
    {
        (new ReturnRules())->check(new SaleReturn($change + self::HEAD + ['lines' => [new ReturnLine($line + self::LINE)]]));
    }

    public function testTakesAReturnBySaleOrByReceipt(): void
    {
        $this->check();
        $this->check(['sale_id' => null, 'receipt_number' => 'K9-1']);
        $this->addToAssertionCount(2);
    }

    /**
     * @return iterable<string, array<int, mixed>>
     */
    public function refusals(): iterable
    {
        yield ['no return_id', ['return_id' => null]];
        yield ['return_number must have 1..50 characters', ['return_number' => '']];
        yield ['no sale_id and no receipt_number', ['sale_id' => null]];
        yield ['no source_code', ['source_code' => null]];
        yield ['no return_to_stock', ['return_to_stock' => null]];
        yield ['no lines', ['lines' => []]];
        yield ['lines[0].qty must be positive', [], ['qty' => 0.0]];
        yield ['lines[0].tax_amount is missing', [], ['tax_amount' => null]];
        yield ['lines[0].qty_to_stock must be 0..qty', [], ['qty_to_stock' => 1.5]];
        yield ['lines[0].qty_to_stock must be 0..qty', [], ['qty_to_stock' => -1.0]];
        yield ['lines[0].row_total must not be negative', [], ['row_total' => -1.0]];
    }

    /**
     * @dataProvider refusals
     */
    public function testSaysWhatIsWrong(string $what, array $change, array $line = []): void
    {
        $this->expectException(Refusal::class);
        $this->expectExceptionMessage("The return is not valid: $what");
        $this->check($change, $line);
    }
}
