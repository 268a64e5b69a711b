<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Snapshot;

use Holdfast\Terminal\Model\Refusal;

/**
 * How much may be asked for in one go.
 */
class PageSize
{
    private const LARGEST = 5000;

    /**
     * @throws Refusal
     */
    public function of(int $limit): int
    {
        if ($limit < 1 || $limit > self::LARGEST) {
            throw Refusal::invalid('limit must be 1..' . self::LARGEST);
        }
        return $limit;
    }
}
