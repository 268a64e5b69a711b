<?php

declare(strict_types=1);

namespace Holdfast\Terminal\Api\Data;

/**
 * What this installation of the module can do.
 *
 * @api
 */
interface ModuleStatusInterface
{
    /**
     * Version of the contract of these calls; rises when it changes.
     *
     * @return int
     */
    public function getContract(): int;

    /**
     * @param int $contract
     * @return void
     */
    public function setContract(int $contract): void;

    /**
     * Version of the module.
     *
     * @return string
     */
    public function getVersion(): string;

    /**
     * @param string $version
     * @return void
     */
    public function setVersion(string $version): void;
}
