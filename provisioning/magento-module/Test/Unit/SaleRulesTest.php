<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Test\Unit;

use Holdfast\Terminal\Model\Data\AppliedTax;
use Holdfast\Terminal\Model\Data\Sale;
use Holdfast\Terminal\Model\Data\SaleLine;
use Holdfast\Terminal\Model\Data\SaleTotals;
use Holdfast\Terminal\Model\Data\Tender;
use Holdfast\Terminal\Model\Refusal;
use Holdfast\Terminal\Model\Sale\SaleRules;
use PHPUnit\Framework\TestCase;

class SaleRulesTest extends TestCase
{
    private function sale(array $change = [], array $lineChange = [], array $totalsChange = []): Sale
    {
        $line = new SaleLine($lineChange + [
            'sku' => 'HOU-03', 'name' => 'Article HOU-03', 'qty' => 2.0, 'price' => 4.62, 'price_incl_tax' => 5.5,
            'row_total' => 9.24, 'row_total_incl_tax' => 11.0, 'discount_amount' => 1.0, 'tax_percent' => 19.0,
            'tax_amount' => 1.6, 'discount_tax_compensation_amount' => 0.16, 'applied_rule_ids' => '',
            'taxes' => [new AppliedTax(['code' => 'DE-19', 'title' => 'DE-19', 'percent' => 19.0, 'amount' => 1.6])],
        ]);
        return new Sale($change + [
            'sale_id' => '2c5070f8-7f7e-4ce0-b6de-9a7b8a2f6d62', 'terminal_id' => 'K9',
            'receipt_number' => 'K9-00415930', 'sold_at' => '2026-11-23T04:11:12Z', 'store_id' => 1,
            'source_code' => 'store-berlin', 'currency' => 'EUR', 'lines' => [$line],
            'totals' => new SaleTotals($totalsChange + [
                'subtotal' => 9.24, 'subtotal_incl_tax' => 11.0, 'discount_amount' => 1.0, 'tax_amount' => 1.6,
                'discount_tax_compensation_amount' => 0.16, 'grand_total' => 10.0,
            ]),
            'tenders' => [new Tender(['method' => 'cash', 'amount' => 10.0, 'reference' => '', 'provisional' => false])],
        ]);
    }

    public function testTakesASaleThatAddsUp(): void
    {
        (new SaleRules())->check($this->sale());
        self::assertSame('2026-11-23 04:11:12', SaleRules::moment('2026-11-23T05:11:12.500+01:00'));
    }

    public function testTakesACentOfDifferenceForWeighedGoodsOnly(): void
    {
        $totals = ['subtotal' => 9.25, 'grand_total' => 10.01];
        $tenders = ['tenders' => [new Tender(['method' => 'cash', 'amount' => 10.01])]];
        (new SaleRules())->check($this->sale($tenders, ['qty' => 0.355], $totals));
        $this->expectException(Refusal::class);
        (new SaleRules())->check($this->sale($tenders, [], $totals));
    }

    /**
     * @return iterable<string, array{0: string, 1: array<string, mixed>, 2?: array<string, mixed>, 3?: array<string, mixed>}>
     */
    public function refusals(): iterable
    {
        yield 'id' => ['sale_id must be a UUID', ['sale_id' => '12']];
        yield 'number too long' => ['receipt_number must have 1..50 characters', ['receipt_number' => str_repeat('R', 60)]];
        yield 'no number' => ['receipt_number must have 1..50 characters', ['receipt_number' => null]];
        yield 'no terminal' => ['terminal_id must have 1..32 characters', ['terminal_id' => null]];
        yield 'no moment' => ['sold_at must be a moment like 2026-11-23T04:11:12Z', ['sold_at' => 'yesterday']];
        yield 'not a date' => ['sold_at must be a moment like 2026-11-23T04:11:12Z', ['sold_at' => '2026-13-41T04:11:12Z']];
        yield 'no store' => ['no store_id', ['store_id' => null]];
        yield 'no source' => ['no source_code', ['source_code' => '']];
        yield 'no lines' => ['no lines', ['lines' => []]];
        yield 'no totals' => ['no totals', ['totals' => null]];
        yield 'no tenders' => ['no tenders', ['tenders' => null]];
        yield 'no quantity' => ['lines[0].qty must be positive', [], ['qty' => null]];
        yield 'negative quantity' => ['lines[0].qty must be positive', [], ['qty' => -1.0]];
        yield 'no SKU' => ['lines[0].sku is missing', [], ['sku' => ' ']];
        yield 'no price' => ['lines[0].price is missing', [], ['price' => null]];
        yield 'taxes' => ['lines[0].tax_amount 1.6, taxes give 0', [], ['taxes' => []]];
        yield 'half a tax' => ['lines[0].taxes[0] needs code, percent and amount', [],
            ['taxes' => [new AppliedTax(['code' => 'DE-19'])]]];
        yield 'total' => ['totals.grand_total 10.01, lines give 10; tenders 10, lines give 10.01', [], [],
            ['grand_total' => 10.01]];
        yield 'half the totals' => ['totals.tax_amount is missing', [], [], ['tax_amount' => null]];
        yield 'too little paid' => ['tenders 9, lines give 10',
            ['tenders' => [new Tender(['method' => 'cash', 'amount' => 9.0])]]];
        yield 'no amount' => ['tenders[0] needs method and amount', ['tenders' => [new Tender(['method' => 'cash'])]]];
        yield 'provisional without reference' => ['tenders[0] is provisional and needs a reference',
            ['tenders' => [new Tender(['method' => 'card', 'amount' => 10.0, 'provisional' => true])]]];
    }

    /**
     * @dataProvider refusals
     */
    public function testSaysWhatIsWrong(string $what, array $sale, array $line = [], array $totals = []): void
    {
        try {
            (new SaleRules())->check($this->sale($sale, $line, $totals));
            self::fail('no exception');
        } catch (Refusal $refusal) {
            self::assertSame([422, "The sale is not valid: $what"], [$refusal->getHttpCode(), $refusal->getMessage()]);
        }
    }
}
