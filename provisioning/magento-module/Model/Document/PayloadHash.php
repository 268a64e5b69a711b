<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Model\Document;

/**
 * Tells whether two documents say the same, however they were spelled.
 */
class PayloadHash
{
    /**
     * SHA-256 of the contents with sorted keys and numbers to four places; a null is as good as a field left out.
     *
     * @param array<string, mixed> $contents
     */
    public function of(array $contents): string
    {
        return hash('sha256', json_encode($this->canonical($contents), JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE));
    }

    /**
     * @param mixed $value
     * @return mixed
     */
    private function canonical($value)
    {
        if (is_array($value)) {
            $kept = array_map(fn ($element) => $this->canonical($element), $value);
            if (!array_is_list($value)) {
                $kept = array_filter($kept, static fn ($element) => $element !== null);
                ksort($kept);
            }
            return $kept;
        }
        return is_int($value) || is_float($value) ? number_format((float)$value, 4, '.', '') : $value;
    }
}
