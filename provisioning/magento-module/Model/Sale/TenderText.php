<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Sale;

use Holdfast\Terminal\Api\Data\TenderInterface;

/**
 * Tenders in words, for people.
 */
class TenderText
{
    /**
     * @param TenderInterface[] $tenders
     */
    public function all(array $tenders): string
    {
        return implode(', ', array_map([$this, 'one'], $tenders)) ?: 'nothing due';
    }

    public function one(TenderInterface $tender): string
    {
        $words = [$tender->getMethod(), number_format((float)$tender->getAmount(), 2, '.', '')];
        if ((string)$tender->getReference() !== '') {
            $words[] = $tender->getReference();
        }
        if ($tender->isProvisional()) {
            $words[] = '(provisional)';
        }
        return implode(' ', $words);
    }
}
