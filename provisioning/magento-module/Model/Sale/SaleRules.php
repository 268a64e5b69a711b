<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Sale;

use Holdfast\Terminal\Api\Data\SaleInterface;
use Holdfast\Terminal\Api\Data\SaleLineInterface;
use Holdfast\Terminal\Model\Refusal;

/**
 * What a sale must say to be written. Pure; the framework checks types only, and lets nested fields be absent.
 */
class SaleRules
{
    /** Magento cuts a longer order number silently. */
    private const LONGEST_NUMBER = 50;
    private const UUID = '/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i';
    private const CENT = 0.01;

    /**
     * @throws Refusal
     */
    public function check(SaleInterface $sale): void
    {
        $problems = array_merge($this->head($sale), $this->lines($sale), $this->tenderFields($sale));
        // Sums mean something only when all parts are there.
        $problems = $problems ?: array_merge($this->totals($sale), $this->tenders($sale));
        if ($problems) {
            throw Refusal::invalid('The sale is not valid: ' . implode('; ', $problems));
        }
    }

    /**
     * @return string[]
     */
    private function head(SaleInterface $sale): array
    {
        $problems = [];
        if (!preg_match(self::UUID, (string)$sale->getSaleId())) {
            $problems[] = 'sale_id must be a UUID';
        }
        $length = mb_strlen((string)$sale->getReceiptNumber());
        if ($length < 1 || $length > self::LONGEST_NUMBER) {
            $problems[] = 'receipt_number must have 1..50 characters';
        }
        if (!preg_match('/^\S(.{0,30}\S)?$/u', (string)$sale->getTerminalId())) {
            $problems[] = 'terminal_id must have 1..32 characters';
        }
        if (self::moment($sale->getSoldAt()) === null) {
            $problems[] = 'sold_at must be a moment like 2026-11-23T04:11:12Z';
        }
        foreach (['store_id' => $sale->getStoreId(), 'source_code' => $sale->getSourceCode(),
            'currency' => $sale->getCurrency()] as $field => $value) {
            if ($value === null || $value === '') {
                $problems[] = "no $field";
            }
        }
        if (!$sale->getLines()) {
            $problems[] = 'no lines';
        }
        if ($sale->getTotals() === null) {
            $problems[] = 'no totals';
        }
        if ($sale->getTenders() === null) {
            $problems[] = 'no tenders';
        }
        return $problems;
    }

    /**
     * @return string[]
     */
    private function lines(SaleInterface $sale): array
    {
        $problems = [];
        foreach ($sale->getLines() ?? [] as $index => $line) {
            $at = "lines[$index]";
            if (trim((string)$line->getSku()) === '') {
                $problems[] = "$at.sku is missing";
            }
            if (($line->getQty() ?? 0) <= 0) {
                $problems[] = "$at.qty must be positive";
            }
            foreach ($this->amounts($line) as $field => $amount) {
                if ($amount === null) {
                    $problems[] = "$at.$field is missing";
                }
            }
            $problems = array_merge($problems, $this->taxes($at, $line));
        }
        return $problems;
    }

    /**
     * @return array<string, float|null>
     */
    private function amounts(SaleLineInterface $line): array
    {
        return [
            'price' => $line->getPrice(),
            'price_incl_tax' => $line->getPriceInclTax(),
            'row_total' => $line->getRowTotal(),
            'row_total_incl_tax' => $line->getRowTotalInclTax(),
            'discount_amount' => $line->getDiscountAmount(),
            'tax_percent' => $line->getTaxPercent(),
            'tax_amount' => $line->getTaxAmount(),
            'discount_tax_compensation_amount' => $line->getDiscountTaxCompensationAmount(),
        ];
    }

    /**
     * @return string[]
     */
    private function taxes(string $at, SaleLineInterface $line): array
    {
        $sum = 0.0;
        foreach ($line->getTaxes() ?? [] as $index => $tax) {
            if ((string)$tax->getCode() === '' || $tax->getPercent() === null || $tax->getAmount() === null) {
                return ["$at.taxes[$index] needs code, percent and amount"];
            }
            $sum += $tax->getAmount();
        }
        $wanted = (float)$line->getTaxAmount();
        return $this->same($sum, $wanted) ? [] : [$this->differ("$at.tax_amount", $wanted, 'taxes', $sum)];
    }

    /**
     * @return string[]
     */
    private function tenderFields(SaleInterface $sale): array
    {
        $problems = [];
        foreach ($sale->getTenders() ?? [] as $index => $tender) {
            if ((string)$tender->getMethod() === '' || $tender->getAmount() === null) {
                $problems[] = "tenders[$index] needs method and amount";
            }
            if ($tender->isProvisional() && (string)$tender->getReference() === '') {
                $problems[] = "tenders[$index] is provisional and needs a reference";
            }
        }
        return $problems;
    }

    /**
     * @return string[]
     */
    private function totals(SaleInterface $sale): array
    {
        $totals = $sale->getTotals();
        $sums = ['subtotal' => 0.0, 'subtotal_incl_tax' => 0.0, 'discount_amount' => 0.0, 'tax_amount' => 0.0,
            'discount_tax_compensation_amount' => 0.0];
        $tolerance = 0.0;
        foreach ($sale->getLines() as $line) {
            $sums['subtotal'] += $line->getRowTotal();
            $sums['subtotal_incl_tax'] += $line->getRowTotalInclTax();
            $sums['discount_amount'] += $line->getDiscountAmount();
            $sums['tax_amount'] += $line->getTaxAmount();
            $sums['discount_tax_compensation_amount'] += $line->getDiscountTaxCompensationAmount();
            // Of weighed goods Magento adds the unrounded rows up.
            $tolerance += fmod($line->getQty(), 1.0) === 0.0 ? 0.0 : self::CENT;
        }
        $sums['grand_total'] = $sums['subtotal'] + $sums['tax_amount'] + $sums['discount_tax_compensation_amount']
            - $sums['discount_amount'];
        $stated = [
            'subtotal' => $totals->getSubtotal(),
            'subtotal_incl_tax' => $totals->getSubtotalInclTax(),
            'discount_amount' => $totals->getDiscountAmount(),
            'tax_amount' => $totals->getTaxAmount(),
            'discount_tax_compensation_amount' => $totals->getDiscountTaxCompensationAmount(),
            'grand_total' => $totals->getGrandTotal(),
        ];
        $problems = [];
        foreach ($stated as $field => $amount) {
            if ($amount === null) {
                $problems[] = "totals.$field is missing";
            } elseif (!$this->same($amount, $sums[$field], $tolerance)) {
                $problems[] = $this->differ("totals.$field", $amount, 'lines', $sums[$field]);
            }
        }
        return $problems;
    }

    /**
     * @return string[]
     */
    private function tenders(SaleInterface $sale): array
    {
        $paid = array_sum(array_map(static fn ($tender) => $tender->getAmount(), $sale->getTenders()));
        $due = (float)$sale->getTotals()->getGrandTotal();
        return $this->same((float)$paid, $due) ? [] : [$this->differ('tenders', (float)$paid, 'lines', $due)];
    }

    private function same(float $one, float $other, float $tolerance = 0.0): bool
    {
        return abs($one - $other) < $tolerance + self::CENT / 2;
    }

    private function differ(string $field, float $stated, string $source, float $sum): string
    {
        return sprintf('%s %s, %s give %s', $field, round($stated, 2), $source, round($sum, 2));
    }

    /**
     * A moment as the till sends it, as Magento stores it (UTC); null for anything else.
     */
    public static function moment(?string $text): ?string
    {
        if (!preg_match('/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/', (string)$text)) {
            return null;
        }
        try {
            $moment = new \DateTimeImmutable($text);
        } catch (\Exception $notADate) {
            return null;
        }
        return $moment->setTimezone(new \DateTimeZone('UTC'))->format('Y-m-d H:i:s');
    }
}
