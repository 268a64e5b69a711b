<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Stock;

/**
 * What moves in the inventory while one till document is written: the plugins note it here, and know by it whether the
 * movement is a till's and which source it concerns. The answer is built from this, never searched for in the tables.
 */
class StockMoves
{
    private ?string $sourceCode = null;
    /** @var array<int, array{sku: string, quantity: float, event_type: string}> */
    private array $reservations = [];
    /** @var array<int, array{sku: string, source_code: string, quantity: float}> */
    private array $deductions = [];
    /** @var string[] */
    private array $warnings = [];

    public function open(string $sourceCode): void
    {
        $this->sourceCode = $sourceCode;
        $this->reservations = [];
        $this->deductions = [];
        $this->warnings = [];
    }

    public function close(): void
    {
        $this->sourceCode = null;
    }

    /**
     * The source that the till's goods leave; null when no till document is being written.
     */
    public function sourceCode(): ?string
    {
        return $this->sourceCode;
    }

    public function noteReservation(string $sku, float $quantity, string $eventType): void
    {
        $this->reservations[] = ['sku' => $sku, 'quantity' => $quantity, 'event_type' => $eventType];
    }

    /**
     * @param float $quantity Negative: left the source.
     */
    public function noteDeduction(string $sku, string $sourceCode, float $quantity): void
    {
        $this->deductions[] = ['sku' => $sku, 'source_code' => $sourceCode, 'quantity' => $quantity];
    }

    public function warn(string $warning): void
    {
        $this->warnings[] = $warning;
    }

    /**
     * @return array<int, array{sku: string, quantity: float, event_type: string}>
     */
    public function reservations(): array
    {
        return $this->reservations;
    }

    /**
     * @return array<int, array{sku: string, source_code: string, quantity: float}>
     */
    public function deductions(): array
    {
        return $this->deductions;
    }

    /**
     * @return string[]
     */
    public function warnings(): array
    {
        return $this->warnings;
    }
}
